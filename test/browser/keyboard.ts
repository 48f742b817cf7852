import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';
import { serve } from '../support/server.ts';
import { type Stage, settled } from './stage.ts';

/** The href of the focused element, or its tag when it has none. */
const focused = (page: Page): Promise<string> =>
  page.locator(':focus').evaluate((element) => element.getAttribute('href') ?? element.tagName);

const results = (page: Page): Promise<string[]> =>
  page.locator('[data-open]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));

export function keyboard(stage: () => Stage): void {
  describe('with the keyboard alone', () => {
    test('a first search: slash, type, arrows through the results, Enter opens one', async () => {
      const page = await stage().open('/');
      await page.locator('[data-query]:focus').waitFor(); // the start page focuses the query field
      await page.keyboard.press('Escape');
      expect(await page.locator('[data-query]:focus').count()).toBe(0);
      await page.keyboard.press('/');
      expect(await focused(page)).toBe('INPUT');
      await page.locator('#q:focus').waitFor();
      await page.keyboard.type('why divide by the square root of d');
      await page.locator('[data-result]').first().waitFor();
      expect(await page.locator('[data-query]').inputValue()).toBe('why divide by the square root of d');
      await page.keyboard.press('Enter'); // closes the suggestions
      await page.waitForURL(/square\+root\+of\+d$/);
      await settled(page);
      const links = await results(page);
      for (const [key, at] of [
        ['ArrowDown', links[0]],
        ['ArrowDown', links[1]],
        ['ArrowUp', links[0]],
        ['ArrowUp', 'INPUT'],
        ['ArrowUp', 'INPUT'],
        ['ArrowDown', links[0]],
        ['ArrowDown', links[1]],
      ] as const) {
        await page.keyboard.press(key);
        expect(await focused(page), key).toBe(at);
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/documents\/\d+/);
      expect(page.url()).toBe(stage().server.url + links[1]);
      const [, second] = stage().engine.search('why divide by the square root of d').results;
      expect(await page.locator('h1').textContent()).toBe(second?.title);
    });

    test('screen readers announce the verdict: its status element stays while the rest is replaced', async () => {
      const page = await stage().open('/');
      const status = await page.getByRole('status').elementHandle();
      expect(await status?.textContent()).toBe('');
      for (const [typed, heard] of [
        ['softmax', 'Something here answers this.'],
        ['mortgage rates', 'Nothing here answers this.'],
        ['atention', 'Found in no document, so read as: atention\u00a0→\u00a0attention.'],
      ] as const) {
        await page.locator('#q').fill(typed);
        await page.waitForURL(new RegExp(`q=${typed.slice(0, 8)}`));
        await settled(page);
        await expect.poll(() => status?.textContent(), { timeout: 3000 }).toContain(heard);
      }
      expect(await page.getByRole('status').count()).toBe(1);
    });

    test('screen readers hear of a search once, when the typing pauses, and of the titles suggested', async () => {
      const page = await stage().open('/');
      await page.evaluate(`
        globalThis.heard = [];
        const said = document.querySelector('[data-said]');
        new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true });
      `);
      const heard = () => page.evaluate('heard');
      await page.locator('#q').pressSequentially('softmax', { delay: 60 });
      await expect
        .poll(heard, { timeout: 3000 })
        .toEqual(['4 titles match; the down arrow leads to them. Something here answers this.']);
    });

    test('screen readers hear where the document is that was asked for', async () => {
      const page = await stage().open('/?q=softmax');
      for (const [asked, heard] of [
        ['Sourdough starter', /Sourdough starter rank \d+/],
        ['zzzz', /has “zzzz” in its title/],
      ] as const) {
        await page.locator('#why').fill(asked);
        await page.keyboard.press('Enter');
        await expect.poll(() => page.getByRole('status').textContent(), { timeout: 3000 }).toMatch(heard);
      }
    });

    test('the focus stays on what was pressed while the page is updated, or goes to its neighbour, or to the query', async () => {
      const page = await stage().open('/?q=softmax&language=en&folder=en');
      const press = async (selector: string) => {
        await page.locator(selector).first().focus();
        const drawn = page.waitForResponse(/\/\?q=softmax/);
        await page.keyboard.press('Enter');
        await drawn;
        await settled(page);
      };
      const id = () => page.locator(':focus').getAttribute('id');
      await press('.narrowed a');
      expect(await page.locator('.narrowed a:focus').count()).toBe(1);
      await press('.narrowed a');
      expect(await id()).toBe('q');
      await page.locator('[data-controls] > summary').click();
      for (const button of ['apply', 'explain']) {
        await press(`#${button}`);
        expect(await id()).toBe(button);
      }
    });

    test('the shortcuts of one character can be turned off, and stay off', async () => {
      const page = await stage().open('/?q=softmax');
      await page.keyboard.press('?');
      await page.locator('[data-keys-on]').uncheck();
      await page.keyboard.press('Escape');
      for (const load of [async () => {}, () => page.reload()]) {
        await load();
        for (const key of ['?', '/']) await page.keyboard.press(key);
        expect(await page.locator('[data-keys]').isVisible()).toBe(false);
        expect(await page.locator('#q:focus').count()).toBe(0);
      }
      await page.getByRole('button', { name: 'Keyboard' }).click();
      await page.locator('[data-keys-on]').check();
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await page.locator('#q:focus').waitFor();
    });

    test('titles are suggested: arrows choose, Escape closes, Enter opens', async () => {
      const page = await stage().open('/');
      await page.locator('#q:focus').waitFor();
      await page.keyboard.type('sourdough');
      const links = page.locator('[data-suggestions] a');
      await links.first().waitFor();
      expect(await page.locator('[data-suggestions] ul').getAttribute('aria-labelledby')).toBe(
        await page.locator('[data-suggestions] p', { hasText: 'Go to note' }).getAttribute('id'),
      );
      const titles = await links.allTextContents();
      expect(titles.length).toBeGreaterThan(0);
      expect(titles.every((title) => title.toLowerCase().includes('sourdough'))).toBe(true);
      await page.keyboard.press('Escape');
      expect(await page.locator('[data-suggestions]').isVisible()).toBe(false);
      expect(await focused(page)).toBe('INPUT');
      await page.keyboard.type(' ');
      await links.first().waitFor();
      await page.keyboard.press('ArrowDown');
      expect(await focused(page)).toBe(await links.first().getAttribute('href'));
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/documents\/\d+/);
      expect(await page.locator('h1').textContent()).toBe(titles[0]);
    });

    test('suggestions with the same title are told apart by their paths, and one found by an alias shows it', async () => {
      const own = Engine.open();
      const documents = ['a/Plan.md', 'b/Plan.md', 'c/Planet.md', 'd/Roadmap.md'].map((uri) =>
        textDocument(uri.slice(2, -3), 'Something to do.', uri),
      );
      await own.index(
        documents.map((document, i) => (i < 3 ? document : { ...document, aliases: ['Plan B'] })),
      );
      const server = await serve(own);
      const page = await stage().open('/', { server });
      await page.locator('[data-query]').fill('plan');
      await page.locator('[data-suggestions] a').first().waitFor();
      const texts = await page.locator('[data-suggestions] a').allTextContents();
      expect(texts).toEqual(['Plan a/Plan.md', 'Plan b/Plan.md', 'Planet', 'Roadmap Plan B']);
      await server.close();
      own.close();
    });

    test('suggestions cover nothing, on one line at any width', async () => {
      const page = await stage().open('/');
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.locator('#q').fill('');
        await page.locator('#q').pressSequentially('softmax');
        await page.locator('[data-suggestions] a').first().waitFor();
        await settled(page);
        const box = await page.locator('[data-suggestions]').boundingBox();
        const below = await page.locator('[data-live]').boundingBox();
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
        expect(box?.height).toBeLessThan(60);
      }
    });

    test('suggestions do not come up over the results after Enter', async () => {
      const page = await stage().open('/');
      await page.locator('#q:focus').waitFor();
      await page.keyboard.type('softmax');
      await page.keyboard.press('Enter');
      await page.locator('[data-result]').first().waitFor();
      // Longer than suggestions take to appear, which must not happen.
      await page.waitForTimeout(300);
      expect(await page.locator('[data-suggestions]').isVisible()).toBe(false);
    });

    test('a question mark shows the keyboard help, Escape hides it, and in the field it is typed', async () => {
      const page = await stage().open('/?q=softmax');
      await page.keyboard.press('?');
      expect(await page.locator('[data-keys]').isVisible()).toBe(true);
      expect(await page.locator('[data-keys] kbd').allTextContents()).toEqual([
        '/',
        '↑',
        '↓',
        'Enter',
        'Esc',
        '?',
      ]);
      await page.keyboard.press('Escape');
      expect(await page.locator('[data-keys]').isVisible()).toBe(false);
      await page.keyboard.press('/');
      await page.keyboard.press('End');
      await page.keyboard.press('?');
      expect(await page.locator('[data-keys]').isVisible()).toBe(false);
      expect(await page.locator('[data-query]').inputValue()).toMatch(/\?$/);
    });

    test('a button shows the keyboard help, too, also after the page has been updated', async () => {
      const page = await stage().open('/');
      const button = page.getByRole('button', { name: 'Keyboard' });
      await button.click();
      expect(await page.locator('[data-keys]').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await page.locator('[data-query]').fill('softmax');
      await page.locator('[data-result]').first().waitFor();
      await settled(page);
      await button.click();
      expect(await page.locator('[data-keys]').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
    });

    test('the first Tab stop is a link that skips the navigation', async () => {
      const page = await stage().open('/?q=softmax');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('#content');
      expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: expect.any(Number) });
      expect((await page.locator('.skip').boundingBox())?.x).toBeGreaterThanOrEqual(0);
    });
  });
}
