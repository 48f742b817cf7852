import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { SearchResponse } from '../../lib/response.ts';
import { type Stage, settled } from './stage.ts';

const listed = (page: Page): Promise<string[]> => page.locator('[data-results] h3').allTextContents();

const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** Types a query and waits until its results are drawn. */
async function ask(page: Page, text: string): Promise<void> {
  await page.locator('[data-query]').fill(text);
  await page.waitForURL((url) => url.searchParams.get('q') === text);
  await settled(page);
}

export function visits(stage: () => Stage): void {
  const titles = (text: string): string[] =>
    stage()
      .engine.search(text)
      .results.map(({ title }) => title);

  test.each(['how to keep a sourdough starter', '김치를 담글 때 소금은', '소프트맥스'])(
    'every citation of the answer to “%s” opens its document at that sentence',
    async (question) => {
      const page = await stage().open(`/?q=${encodeURIComponent(question)}`);
      const sentences = await page.locator('.answer .sentence > bdi').allTextContents();
      const cites = await page
        .locator('.cite')
        .evaluateAll((links) => links.map((a) => a.getAttribute('href') ?? ''));
      expect(cites.length).toBeGreaterThan(0);
      expect(sentences.length).toBe(cites.length);
      for (const [i, href] of cites.entries()) {
        await page.goto(stage().server.url + href);
        const passage = page.locator('.rendered mark#passage');
        // A formula is MathML and not its source: tests of the server compare it.
        if ((await page.locator('mark math').count()) === 0)
          expect(squeezed((await page.locator('.rendered mark').allTextContents()).join(''))).toBe(
            squeezed(sentences[i] ?? ''),
          );
        const top = await passage.evaluate((element) => element.getBoundingClientRect().top);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top).toBeLessThan(page.viewportSize()?.height ?? 0);
      }
    },
  );

  describe('searching as one types', () => {
    test('shows the results of what is typed without a reload, with one history entry for each query', async () => {
      const page = await stage().open('/');
      let loads = 0;
      page.on('load', () => {
        loads++;
      });
      await page.locator('[data-query]').pressSequentially('soft', { delay: 150 });
      await ask(page, 'softmax');
      expect(await listed(page)).toEqual(titles('softmax'));
      await page.keyboard.press('Enter');
      await ask(page, 'sourdough');
      expect(await listed(page)).toEqual(titles('sourdough'));
      expect(await page.title()).toContain('sourdough');
      await page.goBack();
      await page.waitForURL(/q=softmax$/);
      await settled(page);
      expect(await listed(page)).toEqual(titles('softmax'));
      expect(await page.locator('[data-query]').inputValue()).toBe('softmax');
      await page.goBack();
      await page.locator('.welcome').waitFor();
      expect(await page.locator('[data-query]').inputValue()).toBe('');
      await page.goForward();
      await page.goForward();
      await page.waitForURL(/q=sourdough$/);
      await settled(page);
      expect(await listed(page)).toEqual(titles('sourdough'));
      expect(loads).toBe(0);
    });

    test('the last query typed wins, however slow the ones before it', async () => {
      const page = await stage().open('/');
      await page.route(/\/\?q=soft$/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue().catch(() => {}); // the page has cancelled the request by then, as it should
      });
      await page.locator('[data-query]').fill('soft');
      await page.waitForRequest(/\/\?q=soft$/);
      await ask(page, 'kimchi');
      await page.waitForTimeout(600);
      expect(await listed(page)).toEqual(titles('kimchi'));
      expect(page.url()).toMatch(/q=kimchi$/);
    });

    test('a row of the picture leads to its result, and back leads to the picture, without a request', async () => {
      const page = await stage().open('/?q=softmax');
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.resourceType() === 'fetch') asked.push(request.url());
      });
      const folded = page.locator('.result.folded').first();
      expect(await folded.locator('.passage').isVisible()).toBe(false);
      await page.locator('a.key').nth(3).click();
      await page.waitForURL(/#d\d+$/);
      expect(await folded.getAttribute('id')).toBe(new URL(page.url()).hash.slice(1));
      expect(await folded.locator('.passage').isVisible(), 'it was folded').toBe(true);
      await page.goBack();
      await page.waitForURL(/q=softmax$/);
      await page.waitForTimeout(200);
      expect(asked).toEqual([]);
    });

    test('going back from a document shows the results that led to it', async () => {
      const page = await stage().open('/');
      await ask(page, 'softmax');
      await page.locator('[data-open]').first().click();
      await page.waitForURL(/\/documents\//);
      expect(await page.locator('.rendered mark#passage').count()).toBe(1);
      await page.goBack();
      await page.waitForURL(/\?q=softmax$/);
      await expect.poll(() => listed(page)).toEqual(titles('softmax'));
    });
  });

  describe('going back to a form', () => {
    test('shows the order of the list on the page, not the order chosen since', async () => {
      const page = await stage().open('/documents');
      const sort = page.locator('#sort');
      await sort.selectOption('title');
      await page.locator('.ask button').click();
      await page.waitForURL(/sort=title/);
      await page.goBack();
      await page.waitForURL(/documents$/);
      expect(await sort.inputValue()).toBe('id');
      // The same when the browser restores the page from its back/forward cache.
      await sort.selectOption('date');
      await page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
      expect(await sort.inputValue()).toBe('id');
    });

    test('keeps what was typed where the page updates while typing', async () => {
      const page = await stage().open('/?q=softmax');
      await ask(page, 'kimchi');
      await page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
      expect(await page.locator('[data-query]').inputValue()).toBe('kimchi');
    });
  });

  test('the controls put no default values into the URL', async () => {
    const page = await stage().open('/?q=softmax');
    await page.locator('[data-controls] > summary').click();
    await page.locator('#limit').fill('3');
    await page.keyboard.press('Enter');
    await page.waitForURL(/limit=3/);
    expect(new URL(page.url()).search).toBe('?q=softmax&limit=3');
  });

  test('where nothing is ranked, there is no hint that switching off a word changes the ranking', async () => {
    const page = await stage().open('/?q=zzqx+blorf');
    expect(await page.locator('.words a').count()).toBe(2);
    expect(await page.locator('.words .hint').count()).toBe(0);
  });

  describe('recent searches', () => {
    test('are offered on the start page, kept in this browser only, and can be cleared', async () => {
      const page = await stage().open('/');
      for (const text of ['softmax', 'kimchi stew']) {
        await ask(page, text);
        await page.keyboard.press('Enter');
      }
      await ask(page, 'sourdough');
      await page.goto(`${stage().server.url}/?lang=en`);
      const recent = page.locator('[data-recent] a');
      expect(await recent.allTextContents()).toEqual(['kimchi stew', 'softmax']);
      expect(await page.context().cookies()).toEqual([]);
      await recent.last().click();
      await page.waitForURL(/q=softmax/);
      await page.locator('.brand').click();
      expect(await recent.allTextContents()).toEqual(['softmax', 'kimchi stew']);
      await page.locator('[data-recent] button').click();
      await page.reload();
      expect(await page.locator('[data-recent]').isVisible()).toBe(false);
    });
  });

  describe('languages', () => {
    test('the browser sets the language, the switch changes it, and the query is kept', async () => {
      const page = await stage().open('/?q=softmax&temperature=2', { locale: 'ko-KR' });
      expect(await page.locator('html').getAttribute('lang')).toBe('ko');
      expect(await page.locator('.ask button').textContent()).toBe('검색');
      const before = await listed(page);
      await page.locator('.languages a', { hasText: 'English' }).click();
      await page.waitForURL(/lang=en/);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.locator('.ask button').textContent()).toBe('Search');
      expect(await listed(page)).toEqual(before);
      expect(page.url()).toContain('temperature=2');
      await ask(page, '소프트맥스');
      expect(page.url()).toContain('lang=en');
      await page.locator('.languages a', { hasText: '한국어' }).click();
      await page.waitForURL(/lang=ko/);
      expect(await page.locator('[data-query]').inputValue()).toBe('소프트맥스');
    });
  });

  describe('with scripts off', () => {
    test('the form, the words, the heads and the temperature work by links and GET', async () => {
      const page = await stage().open('/', { javaScriptEnabled: false });
      await page.locator('#q').fill('softmax temperature');
      await page.locator('.ask button').click();
      await page.waitForURL(/q=softmax\+temperature/);
      expect(await listed(page)).toEqual(titles('softmax temperature'));
      const folded = page.locator('.result.folded').first();
      await folded.locator('.more > summary').click();
      expect(await folded.locator('.passage').isVisible()).toBe(true);
      expect(await page.locator('[data-slider]').isVisible()).toBe(false);
      await page.locator('[data-controls] > summary').click();
      await page.locator('#temperature').fill('0.2');
      await page.locator('.check input').check();
      await page.locator('[data-control-form] button').click();
      await page.waitForURL(/temperature=0\.2/);
      const { results } = await stage().api<SearchResponse>(
        '/api/search?q=softmax+temperature&temperature=0.2&mass=0.9',
      );
      expect(await listed(page)).toEqual(results.map(({ title }) => title));
      const meters = page.locator('[data-results] meter');
      expect(Number(await meters.first().getAttribute('value'))).toBeCloseTo(results[0]?.weight ?? 0, 6);
      await page.locator('.toggle').first().click();
      await page.waitForURL(/title=0/);
      expect(page.url()).toContain('temperature=0.2');
      await page.locator('.word').first().click();
      await page.waitForURL(/without=softmax/);
      for (const hidden of ['copy-link', 'copy-maths', 'recent', 'suggestions', 'open-keys'].map(
        (one) => `[data-${one}]`,
      ))
        expect(await page.locator(hidden).filter({ visible: true }).count(), hidden).toBe(0);
    });
  });
}
