import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../lib/explain/explain.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { decimal, significant } from '../../server/views/numbers.ts';
import { type Stage, settled } from './stage.ts';

const QUERY = 'softmax temperature';
const ASKED = `q=${encodeURIComponent(QUERY)}`;

/** Questions about a list of results: why is a document not in it, and what if a word is left out? */
export function questions(stage: () => Stage): void {
  describe('why not …?', () => {
    test('shows the row of a document that is not listed, with the numbers of the API', async () => {
      const page = await stage().open(`/?${ASKED}`);
      await page.locator('#why').fill('Sourdough starter');
      await page.locator('[data-why] button').click();
      const row = page.locator('.why-rows [data-result]').first();
      await row.waitFor();
      const id = await row.getAttribute('data-result');
      const explanation = await stage().api<Explanation>(`/api/documents/${id}/explanation?${ASKED}`);
      expect(explanation.title).toBe('Sourdough starter');
      expect(await row.locator('.where').textContent()).toContain(`rank ${explanation.rank} `);
      expect(Number(await row.getAttribute('data-logit'))).toBeCloseTo(explanation.logit, 12);
      expect(Number(await row.locator('meter').getAttribute('value'))).toBeCloseTo(explanation.weight, 12);
      expect(await row.locator('[data-maths-weight]').textContent()).toBe(significant(explanation.weight));
      const products = await row
        .locator('[data-maths] table')
        .first()
        .locator('tbody tr td:last-child')
        .allTextContents();
      expect(products.slice(0, explanation.heads.length)).toEqual(
        explanation.heads.map(({ product }) => decimal(product / explanation.sharpness, 4)),
      );
      expect(page.url()).toContain('why=Sourdough+starter');
    });

    test('of a document that is listed makes no duplicate ids', async () => {
      const { results } = stage().engine.search(QUERY);
      const page = await stage().open(`/?${ASKED}&why=${encodeURIComponent(results[0]?.title ?? '')}`);
      expect(await page.locator('.why-rows [data-result]').count()).toBeGreaterThan(0);
      const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id));
      expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    });

    test('follows the slider like the list does', async () => {
      const page = await stage().open(`/?${ASKED}&why=Sourdough+starter`);
      await page.locator('[data-temperature-range]').focus();
      await page.keyboard.press('End');
      await page.locator('[data-temperature-shown]', { hasText: 'T = 100' }).waitFor();
      const row = page.locator('.why-rows [data-result]').first();
      const { weight } = await stage().api<Explanation>(
        `/api/documents/${await row.getAttribute('data-result')}/explanation?${ASKED}&temperature=100`,
      );
      expect(await row.locator('[data-maths-weight]').textContent()).toBe(significant(weight));
      await page.waitForURL(/temperature=100/);
      await settled(page);
      expect(await row.count(), 'and stays when the page follows').toBe(1);
    });

    test('says so when no title matches', async () => {
      const page = await stage().open(`/?${ASKED}&why=zzzz`);
      expect(await page.locator('.why .notice').textContent()).toContain('zzzz');
    });
  });

  describe('without this word', () => {
    test('a word that is switched off changes the ranking as in the API, and can be switched on again', async () => {
      const page = await stage().open(`/?${ASKED}`);
      const listed = () =>
        page
          .locator('[data-results] [data-result]')
          .evaluateAll((results) => results.map((result) => Number(result.getAttribute('data-result'))));
      const before = await listed();
      await page.locator('.word', { hasText: 'temperature' }).click();
      await page.waitForURL(/without=temperature/);
      await settled(page);
      const { results } = await stage().api<SearchResponse>(`/api/search?${ASKED}&without=temperature`);
      expect(await listed()).toEqual(results.map(({ id }) => id));
      expect(await listed()).not.toEqual(before);
      const word = page.locator('.word', { hasText: 'temperature' });
      expect(await word.getAttribute('class')).toContain('off');
      expect(await page.locator('.word:focus').textContent()).toBe('temperature');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => !url.searchParams.has('without'));
      await settled(page);
      expect(await listed()).toEqual(before);
    });
  });

  describe('the maths of a result', () => {
    test('is copied without the marks that hold a Korean line together', async () => {
      const page = await stage().open(`/?${ASKED}&lang=ko`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const maths = page.locator('[data-results] [data-maths]').first();
      await maths.locator('summary').click();
      expect(await maths.innerText()).toContain('”\u2060의');
      await maths.locator('[data-copy-maths]').click();
      await maths.locator('[data-copy-maths]', { hasText: '복사됨' }).waitFor();
      const text = await page
        .locator('body')
        .evaluate((body) => body.ownerDocument.defaultView.navigator.clipboard.readText());
      expect(text).toContain('“해당 없음”의');
      expect(text).not.toContain('\u2060');
    });

    test('stays open while heads change, and is copied as text', async () => {
      const page = await stage().open(`/?${ASKED}`, { permissions: ['clipboard-read', 'clipboard-write'] });
      const maths = page.locator('[data-results] [data-maths]').first();
      await maths.locator('summary').click();
      await maths.locator('[data-copy-maths]').click();
      await maths.locator('[data-copy-maths]', { hasText: 'Copied' }).waitFor();
      const text = await page
        .locator('body')
        .evaluate((body) => body.ownerDocument.defaultView.navigator.clipboard.readText());
      const [first] = stage().engine.search(QUERY).results;
      expect(text).toContain(first?.title);
      expect(text).toContain(`\t${decimal(first?.logit ?? 0, 4)}`);
      expect(text).toContain('\nκ = ln(170 + 10)');
      expect(text).toContain('idf = ln(');
      await page.locator('[data-controls] > summary').click();
      await page.locator('.toggle').first().click();
      await page.waitForURL(/title=0/);
      await settled(page);
      const id = await page
        .locator('[data-maths][open]')
        .evaluate((details) => details.closest('[data-result]')?.id);
      expect(id).toBe(`d${first?.id}`);
    });

    test.each(['en', 'ko'])('fits its card at 360 pixels in %s', async (lang) => {
      const page = await stage().open(`/?${ASKED}&limit=3&lang=${lang}`, {
        viewport: { width: 360, height: 740 },
      });
      for (const maths of await page.locator('[data-results] [data-maths]').all()) {
        const card = await maths.evaluate((details) => {
          details.setAttribute('open', '');
          return details.getBoundingClientRect().right;
        });
        const cells = await maths
          .locator('caption, th, td')
          .evaluateAll((all) =>
            all.map(
              (cell) => cell.getBoundingClientRect().left + Math.max(cell.offsetWidth, cell.scrollWidth),
            ),
          );
        expect(cells.length).toBeGreaterThan(20);
        expect(Math.max(...cells)).toBeLessThanOrEqual(card + 1);
      }
    });

    test('has no zeros among the parts of a score, and heads the column of documents "document"', async () => {
      const page = await stage().open('/?q=why+divide+by+the+square+root+of+d&limit=3');
      const [first] = await page.locator('[data-maths]').all();
      const feedback = first?.locator('table', {
        has: page.locator('caption', { hasText: 'Feedback score,' }),
      });
      expect(await feedback?.locator('thead th').first().textContent()).toBe('document');
      const parts = await page
        .locator(
          '[data-maths] table:has(caption:not(.hidden)):not(:last-of-type) tbody tr:not(.sum) > th + td:last-child',
        )
        .allTextContents();
      expect(parts.length).toBeGreaterThan(10);
      expect(parts.filter((part) => /^−?0\.0000$/.test(part))).toEqual([]);
    });

    test('the copied link is the permalink', async () => {
      const page = await stage().open(`/?${ASKED}&temperature=2&words=0`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await page.locator('[data-copy-link]').click();
      await page.locator('[data-copy-link]', { hasText: '✓' }).waitFor();
      const text = await page
        .locator('body')
        .evaluate((body) => body.ownerDocument.defaultView.navigator.clipboard.readText());
      expect(text).toBe(`${stage().server.url}/?${ASKED}&temperature=2&words=0`);
    });
  });
}
