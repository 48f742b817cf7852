import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Stage } from './stage.ts';

/** Texts with Hangul whose language, by the nearest lang attribute, is not Korean, each with its element. */
const misread = (page: Page): Promise<string[]> =>
  page.locator('main').evaluate((main) => {
    const texts = main.ownerDocument.createTreeWalker(main, 4 /* texts */);
    const found: string[] = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const element = text.parentElement;
      // Paths, and sentences of the page that quote a word.
      if (
        element.closest('.where, .count, .hint, .word, .facts-list dd:has(> bdi), title, #row, .live > p > a')
      )
        continue;
      if (/[가-힣]/.test(text.data) && element.closest('[lang]').getAttribute('lang') !== 'ko')
        found.push(`${element.outerHTML.slice(0, 80)}`);
    }
    return found;
  });

/** The contrast of two colours as WCAG defines it, from "rgb(…)". */
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [one, other].map((colour) => {
    const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

export function aloud(stage: () => Stage): void {
  describe('read aloud', () => {
    test('headings lead to the answer, the picture, the documents and "why not?"', async () => {
      const page = await stage().open('/?q=softmax&lang=en');
      expect(await page.locator('main h1, main h2').allTextContents()).toEqual([
        'softmax',
        'Answer, blended from the documents',
        'Attention at a glance',
        'Documents found',
        'Why is my document not here?',
      ]);
      await page.goto(`${stage().server.url}/?q=zzqx+blorf&lang=en`);
      expect(await page.locator('#results-title').count()).toBe(0);
    });

    test('a weight is called one, in the picture and in folded results', async () => {
      const page = await stage().open('/?q=softmax&lang=en');
      const rows = await page.locator('.picture li').allTextContents();
      for (const row of rows) expect(row).toMatch(/weight\s+[<>]?[\d.]+%/);
      const folded = await page.locator('.folded .weight').allInnerTexts();
      expect(folded.length).toBeGreaterThan(0);
      for (const text of folded) expect(text).toMatch(/%\s+weight/);
    });

    test('Korean titles, sentences and words on an English page are marked as Korean', async () => {
      const { documents } = await stage().api<{ documents: { id: number; title: string }[] }>(
        '/api/documents?find=%EC%88%98%EB%A9%B4',
      );
      const note = `/documents/${documents.find(({ title }) => title === '수면')?.id}`;
      for (const path of [
        '/?q=%EA%B9%80%EC%B9%98%EB%A5%BC+%EB%8B%B4%EA%B8%80+%EB%95%8C',
        '/documents?language=ko',
        '/documents/map',
        '/documents/map?q=softmax',
        '/map',
        note,
        `${note}/self-attention`,
        `${note}/self-attention?sentence=2`,
        `${note}/words?q=%EC%9E%A0`,
        '/tour?q=%EC%88%98%EB%A9%B4',
      ]) {
        const page = await stage().open(`${path}${path.includes('?') ? '&' : '?'}lang=en`);
        expect(await page.locator('main').textContent(), path).toMatch(/[가-힣]/);
        expect(await misread(page), path).toEqual([]);
      }
    });

    test('every page has a title of its own, which says what was asked for there', async () => {
      const titles: string[] = [];
      for (const path of [
        '/documents/5',
        '/documents/5/self-attention',
        '/documents/5/words?q=sky',
        '/documents',
        '/documents?find=sky',
        '/documents/map',
        '/documents/map?q=sky',
        '/nothing/here',
      ]) {
        const page = await stage().open(`${path}${path.includes('?') ? '&' : '?'}lang=en`);
        titles.push(await page.title());
      }
      expect(titles).toEqual([
        'Why the sky is dark at night – qkv-search',
        'Why the sky is dark at night – Self-attention – qkv-search',
        'Why the sky is dark at night – Words × words – qkv-search',
        'Library – qkv-search',
        'sky – Library – qkv-search',
        'Library map – qkv-search',
        'sky – Library map – qkv-search',
        'That did not work – qkv-search',
      ]);
    });

    test('an error is told with the field that it is about', async () => {
      for (const [path, invalid] of [
        [`/?q=${'long '.repeat(500)}`, 'true'],
        ['/?q=softmax&temperature=abc', null],
      ] as const) {
        const field = (await stage().open(path)).locator('#q');
        expect(await field.getAttribute('aria-invalid')).toBe(invalid);
        const said = `#${await field.getAttribute('aria-describedby')}`;
        expect(await field.page().locator(said).textContent()).toMatch(/Expected/);
      }
    });

    test('what only a border tells from text has one of 3:1 with the page', async () => {
      const page = await stage().open('/');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const [border = '', ground = ''] = await page
          .locator('.examples a')
          .first()
          .evaluate((link) => {
            const { getComputedStyle } = link.ownerDocument.defaultView;
            return [
              getComputedStyle(link).borderTopColor,
              getComputedStyle(link.ownerDocument.body).backgroundColor,
            ];
          });
        expect(contrast(border, ground), colorScheme).toBeGreaterThanOrEqual(3);
      }
    });
  });
}
