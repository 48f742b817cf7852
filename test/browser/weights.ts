import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { SearchResponse } from '../../lib/response.ts';
import { decimal, percent, significant } from '../../server/views/numbers.ts';
import { type Stage, settled } from './stage.ts';

const QUERY = 'softmax temperature';
const ASKED = `q=${encodeURIComponent(QUERY)}`;

/** The weights a page shows, unrounded, in its order. */
const weights = (page: Page): Promise<{ id: number; weight: number }[]> =>
  page.locator('[data-results] [data-result]').evaluateAll((results) =>
    results.map((result) => ({
      id: Number(result.getAttribute('data-result')),
      weight: Number(result.querySelector('meter')?.getAttribute('value')),
    })),
  );

/** Expects the page to show the weights of the API: exact to 1e-6, and rounded as printed. */
async function expectLike(page: Page, { results, attention }: SearchResponse): Promise<void> {
  const shown = await weights(page);
  expect(shown.map(({ id }) => id)).toEqual(results.map(({ id }) => id));
  for (const [i, { id, weight }] of results.entries()) {
    expect(Math.abs((shown[i]?.weight ?? Number.NaN) - weight), `document ${id}`).toBeLessThan(1e-6);
    expect(await page.locator(`[data-weight="${id}"]`).textContent()).toBe(percent(weight));
    expect(await page.locator(`[data-weight-of="${id}"]`).textContent()).toBe(percent(weight));
  }
  expect(await page.locator('[data-nothing]').textContent()).toBe(percent(attention.nothing.weight));
  expect(await page.locator('[data-effective]').textContent()).toBe(attention.effectiveDocuments.toFixed(1));
  if (attention.documents > results.length)
    expect(await page.locator('[data-remainder]').textContent()).toBe(percent(attention.remainder));
}

/** Expects the steps of the first result, and every unrounded weight, to be those of the API. */
async function expectMaths(page: Page, { results }: SearchResponse, temperature: number): Promise<void> {
  const exact = await page
    .locator('[data-results] [data-result]')
    .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-exact'))));
  for (const [i, { weight }] of results.entries())
    expect(Math.abs((exact[i] ?? Number.NaN) - weight)).toBeLessThan(1e-9);
  const [first] = results;
  const maths = page.locator('[data-maths]').first();
  const scaled = (first?.logit ?? Number.NaN) / temperature;
  expect(await maths.locator('[data-maths-scaled]').textContent()).toBe(decimal(scaled, 4));
  expect(await maths.locator('[data-maths-weight]').textContent()).toBe(
    significant(first?.weight ?? Number.NaN),
  );
  const [exp, sum] = await Promise.all(
    ['exp', 'sum'].map(async (name) => Number(await maths.locator(`[data-maths-${name}]`).textContent())),
  );
  expect((exp ?? 0) / (sum ?? 0), 'exp ÷ Σ, as written').toBeCloseTo(first?.weight ?? 0, 2);
}

/** Moves the slider as by dragging, without releasing it. */
const slide = (page: Page, temperature: number): Promise<void> =>
  page.locator('[data-temperature-range]').evaluate((range, value) => {
    (range as unknown as { value: string }).value = String(value);
    range.dispatchEvent(new Event('input', { bubbles: true }));
  }, Math.log10(temperature));

const openControls = (page: Page): Promise<void> => page.locator('[data-controls] > summary').click();

export function weightsAndHeads(stage: () => Stage): void {
  const search = (more = ''): Promise<SearchResponse> => stage().api(`/api/search?${ASKED}${more}`);

  describe('the temperature slider', () => {
    test('at every temperature the weights are those of the API', async () => {
      const page = await stage().open(`/?${ASKED}&temperature=2`);
      for (const temperature of [0.01, 0.05, 0.3, 1, 7.1, 100]) {
        await slide(page, temperature);
        await page
          .locator('[data-temperature-shown]')
          .getByText(`T = ${temperature}`, { exact: true })
          .waitFor();
        const response = await search(`&temperature=${temperature}`);
        await expectLike(page, response);
        await expectMaths(page, response, temperature);
      }
    });

    test('is on one screen with all that it changes, and moves no part of the page', async () => {
      const page = await stage().open(`/?${ASKED}&limit=10`);
      const look = page.locator('.look');
      expect((await look.boundingBox())?.height).toBeLessThan(720);
      expect(await page.locator('[data-slider] input').isVisible()).toBe(true);
      const [middle, slider] = await Promise.all(
        ['.zones > :nth-child(2)', '[data-temperature-range]'].map((one) => look.locator(one).boundingBox()),
      );
      const centre = (box?: { x: number; width: number } | null) => (box?.x ?? 0) + (box?.width ?? 0) / 2;
      expect(Math.abs(centre(middle) - centre(slider)), 'what T = 1 does is below it').toBeLessThan(1);
      const boxes = () =>
        page
          .locator('.row > *, .result, [data-temperature-range]')
          .evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
      const before = await boxes();
      for (const temperature of [0.01, 0.098, 100]) {
        await slide(page, temperature);
        await page
          .locator('[data-temperature-shown]')
          .getByText(`T = ${temperature}`, { exact: true })
          .waitFor();
        expect(await boxes()).toEqual(before);
      }
    });

    test('sends no request while it is dragged, and updates the page when released', async () => {
      const page = await stage().open(`/?${ASKED}`);
      const range = page.locator('[data-temperature-range]');
      await range.focus();
      await page.waitForLoadState('networkidle');
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.resourceType() === 'fetch') asked.push(request.url());
      });
      for (const temperature of [0.5, 0.25, 0.1, 0.05]) await slide(page, temperature);
      await page.locator('[data-temperature-shown]').getByText('T = 0.05', { exact: true }).waitFor();
      expect(asked).toEqual([]);
      await range.dispatchEvent('change');
      await page.waitForURL(/temperature=0\.05/);
      await settled(page);
      expect(asked).toEqual([page.url()]);
      const { answer } = await search('&temperature=0.05');
      const cited = await page.locator('.cite').allTextContents();
      expect(cited.map((text) => text.split(/[·,]/)[1]?.trim())).toEqual(
        answer.sentences.map(({ weight }) => percent(weight)),
      );
      expect(await page.locator('[data-word], .word').first().getAttribute('href')).toContain(
        'temperature=0.05',
      );
    });

    test('moves with the keyboard and keeps the focus when the page is updated', async () => {
      const page = await stage().open(`/?${ASKED}`);
      const range = page.locator('[data-temperature-range]');
      await range.focus();
      await page.keyboard.press('Home');
      await page.waitForURL(/temperature=0\.01/);
      await settled(page);
      expect(await page.locator('[data-temperature-range]:focus').count()).toBe(1);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('End');
      await page.waitForURL(/temperature=100/);
      await settled(page);
      await expectLike(page, await search('&temperature=100'));
      expect(await range.getAttribute('aria-valuetext')).toBe('T = 100');
    });

    test.each(['en', 'ko'])(
      'updates the number of documents that hold the attention, in %s',
      async (lang) => {
        const page = await stage().open(`/?${ASKED}&lang=${lang}`);
        const text = () => page.locator('[data-mass-text]').textContent();
        const drawn: (string | null)[] = [];
        for (const temperature of [8.1, 0.01]) {
          await page.goto(`${stage().server.url}/?${ASKED}&temperature=${temperature}&lang=${lang}`);
          drawn.push(await text());
        }
        await page.goto(`${stage().server.url}/?${ASKED}&lang=${lang}`);
        for (const [i, temperature] of [8.1, 0.01].entries()) {
          expect(await text()).not.toBe(drawn[i]);
          await slide(page, temperature);
          await page
            .locator('[data-temperature-shown]')
            .getByText(`T = ${temperature}`, { exact: true })
            .waitFor();
          expect(await text()).toBe(drawn[i]);
        }
      },
    );
  });

  describe('heads, presets and the mass cut-off', () => {
    test('every head can be switched off by mouse and on by space bar, with the results of the API', async () => {
      const page = await stage().open(`/?${ASKED}`);
      await openControls(page);
      const heads = Object.keys(stage().engine.calibration.heads);
      for (const [i, head] of heads.entries()) {
        const toggle = page.locator('.toggle').nth(i);
        await toggle.click();
        await page.waitForURL(new RegExp(`${head}=0`));
        await settled(page);
        expect(await toggle.getAttribute('aria-checked')).toBe('false');
        await expectLike(page, await search(`&${head}=0`));
        expect(await page.locator('.toggle:focus').getAttribute('href')).toBe(
          await toggle.getAttribute('href'),
        );
        await page.keyboard.press(' ');
        await page.waitForURL((url) => !url.searchParams.has(head));
        await settled(page);
        expect(await toggle.getAttribute('aria-checked')).toBe('true');
      }
      await expectLike(page, await search());
    });

    test('feedback can be on without content, and has no setting of its own once content is on again', async () => {
      const page = await stage().open(`/?${ASKED}&content=0`);
      const toggle = (name: string) => page.locator(`#head-${name} + .toggle`);
      const isOn = (name: string) => toggle(name).getAttribute('aria-checked');
      expect(await isOn('feedback')).toBe('false');
      await toggle('feedback').click();
      await page.waitForURL(/content=0&feedback=1/);
      await settled(page);
      expect([await isOn('content'), await isOn('feedback')]).toEqual(['false', 'true']);
      await expectLike(page, await search('&content=0&feedback=1'));
      await toggle('content').click();
      await page.waitForURL((url) => !url.searchParams.has('content') && !url.searchParams.has('feedback'));
      await settled(page);
      await page.locator('#head-content').fill('0.5');
      await page.locator('[data-control-form] button[type=submit]').click();
      await page.waitForURL(/content=0\.5&feedback=1/);
      await settled(page);
      await expectLike(page, await search('&content=0.5&feedback=1'));
    });

    test('weights of heads and a mass cut-off are applied as the API applies them', async () => {
      // High enough that more than ten documents are needed, and low enough that a hundred suffice.
      const at = (temperature: number) => search(`&words=0.5&temperature=${temperature}&mass=0.9`);
      let temperature = 1;
      while ((await at(temperature)).results.length <= 10) temperature += 0.1;
      temperature = Number(temperature.toFixed(1));
      const page = await stage().open(`/?${ASKED}`);
      await openControls(page);
      await page.locator('#head-words').fill('0.5');
      await page.locator('#temperature').fill(String(temperature));
      await page.locator('.check input').check();
      await page.locator('[data-control-form] button[type=submit]').click();
      await page.waitForURL(/mass=0\.9/);
      await settled(page);
      const response = await at(temperature);
      await expectLike(page, response);
      const held = response.results.reduce((sum, { weight }) => sum + weight, 0);
      expect(held).toBeGreaterThanOrEqual(0.9 * (1 - response.attention.nothing.weight) - 1e-9);
      expect(response.results.length, 'not a fixed ten').toBeGreaterThan(10);
      expect(await page.locator('[data-controls]').getAttribute('open')).not.toBeNull();
    });

    test('"Textbook" leaves only the title head on, "All heads" switches the others on again', async () => {
      const page = await stage().open(`/?${ASKED}`);
      await openControls(page);
      await page.locator('.preset', { hasText: 'Textbook' }).click();
      await page.waitForURL(/content=0/);
      await settled(page);
      const parameters = new URL(page.url()).search.slice(1);
      const textbook = await stage().api<SearchResponse>(`/api/search?${parameters}`);
      expect(textbook.attention.heads).toMatchObject({ content: 0, words: 0 });
      expect(textbook.attention.temperature, 'where its weights are probabilities').toBe(1);
      await expectLike(page, textbook);
      expect(await page.locator('.preset.active').textContent()).toContain('Textbook');
      await page.locator('.preset', { hasText: 'All heads' }).click();
      await page.waitForURL((url) => !url.searchParams.has('content'));
      await settled(page);
      await expectLike(page, await search());
    });
  });
}
