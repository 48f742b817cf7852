import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AttentionMap, WordMap } from '../../lib/explain/maps.ts';
import { levelOf } from '../../server/views/heat.ts';
import { decimal, percent } from '../../server/views/numbers.ts';
import type { Stage } from './stage.ts';

const QUERIES = ['what is softmax', '김치 담그는 법', 'mortgage rates'];
const ASKED = `q=${encodeURIComponent(QUERIES.join('\n'))}`;

interface Cell {
  readonly text: string;
  readonly title: string;
  readonly level: string;
}

/** The cells of the heat map, row by row. */
const cells = (page: Page): Promise<Cell[][]> =>
  page.locator('[data-heat] tbody tr').evaluateAll((rows) =>
    rows.map((row) =>
      Array.from(row.querySelectorAll('td') as Iterable<typeof row>, (cell) => ({
        text: cell.textContent ?? '',
        title: cell.getAttribute('title') ?? '',
        level: cell.getAttribute('class') ?? '',
      })),
    ),
  );

const cellOf = (value: number, number: string, row: string, column: string, text = number): Cell => ({
  text,
  title: `${row} → ${column}: ${number}`,
  level: `h${levelOf(value)}`,
});

/** A weight below 0.05% is not printed in its cell, only in the title of the cell. */
const weightOf = (weight: number, row: string, column: string): Cell =>
  cellOf(weight, percent(weight), row, column, weight < 0.0005 ? '' : percent(weight));

async function save(page: Page, name: RegExp): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.locator('.actions').getByText(name).click();
  return readFileSync(await (await download).path());
}

export function maps(stage: () => Stage): void {
  describe('the attention map', () => {
    test('of several queries has the weights of the API in its cells', async () => {
      const page = await stage().open('/map');
      await page.locator('#queries').fill(QUERIES.join('\n'));
      await page.locator('.ask button').click();
      await page.waitForURL(/\/map\?q=/);
      const { documents, queries } = await stage().api<AttentionMap>(`/api/map?${ASKED}`);
      const columns = ['nothing here', 'other documents', ...documents.map(({ title }) => title)];
      const drawn = await cells(page);
      expect(drawn).toEqual(
        queries.map(({ text, weights, nothing, remainder }) =>
          [nothing, remainder, ...weights].map((weight, i) => weightOf(weight, text, columns[i] ?? '')),
        ),
      );
      expect(drawn.flat().filter(({ text }) => text === '').length).toBeGreaterThan(10);
      for (const { weights, nothing, remainder } of queries)
        expect(weights.reduce((sum, weight) => sum + weight, nothing + remainder)).toBeCloseTo(1, 9);
    });

    test('shows examples at first, in the language of the page, with each row header on one line', async () => {
      for (const [language, first] of [
        ['en', 'what is softmax'],
        ['ko', '소프트맥스란'],
      ] as const) {
        const page = await stage().open(`/map?lang=${language}`);
        const names = page.getByRole('rowheader');
        expect(await names.first().textContent()).toBe(first);
        expect(await page.locator('#queries').inputValue()).toBe((await names.allTextContents()).join('\n'));
        const heights = await names.evaluateAll((all) =>
          all.map((one) => one.getBoundingClientRect().height),
        );
        expect(Math.max(...heights)).toBeLessThan(45);
        await page.locator('.ask button').click();
        await page.waitForURL(/q=/);
        expect(await names.first().textContent()).toBe(first);
      }
    });

    test('is a table for screen readers, with a caption, row headers and column headers', async () => {
      const page = await stage().open(`/map?${ASKED}`);
      const table = page.getByRole('table', { name: 'adds up to 1' });
      expect(await table.getByRole('rowheader').allTextContents()).toEqual(QUERIES);
      const columns = await table.getByRole('columnheader').count();
      expect(columns).toBe(1 + ((await cells(page))[0]?.length ?? 0));
    });

    test('keeps its caption and row headers in view while its cells scroll', async () => {
      const page = await stage().open(`/map?${ASKED}`);
      await page.setViewportSize({ width: 360, height: 740 });
      const name = page.getByRole('rowheader').first();
      const before = await name.boundingBox();
      const nothing = page.getByRole('columnheader', { name: 'nothing here' });
      expect((await nothing.boundingBox())?.x ?? 360, 'the null key comes first').toBeLessThan(180);
      await page.locator('.heat').evaluate((scroller) => scroller.scrollTo(300, 0));
      expect(await name.boundingBox()).toEqual(before);
      const { x = -1, width = 360 } = (await page.locator('#heat-caption').boundingBox()) ?? {};
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(360);
      // A cell reached with the arrow keys is not behind the row headers.
      await page.locator('[data-heat] td[tabindex="0"]').focus();
      for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowRight');
      for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowLeft');
      const cell = await page.locator('td:focus').boundingBox();
      expect(cell?.x).toBeGreaterThanOrEqual((before?.x ?? 360) + (before?.width ?? 0));
    });

    test('says a number in every cell, short, where there is no room to print one', async () => {
      for (const path of [`/map?${ASKED}`, '/documents/map', '/documents/20/self-attention']) {
        const page = await stage().open(`${path}${path.includes('?') ? '&' : '?'}lang=en`);
        const table = await page.locator('[data-heat]').ariaSnapshot();
        const said = Array.from(table.matchAll(/- cell "([^"]*)"/g), ([, name = '']) => name);
        expect(said.length, path).toBe((await cells(page)).flat().length);
        expect(
          said.filter((name) => !/^[<>]?\d+(?:\.\d)?%?$/.test(name)),
          path,
        ).toEqual([]);
        if (!path.includes('self')) expect(said, path).toContain('<0.1%');
      }
    });

    test('shows in full the cell that has the focus, on any screen', async () => {
      const page = await stage().open('/documents/map?lang=en', { hasTouch: true });
      await page.setViewportSize({ width: 360, height: 740 });
      const cell = page.locator('[data-heat] tbody tr:nth-child(3) td').nth(1);
      const shown = () =>
        cell.evaluate((one) => {
          const { content, position } = one.ownerDocument.defaultView.getComputedStyle(one, '::after');
          return { content, position };
        });
      expect((await shown()).content).toBe('none');
      await cell.tap();
      const { content, position } = await shown();
      expect(content).toContain((await cell.getAttribute('title')) ?? '?');
      expect(position).toBe('fixed');
      // What is shown at the bottom of the window does not lie over the cell, nor does it when a key moves the focus.
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
      const { y = 740, height = 0 } = (await page.locator('td:focus').boundingBox()) ?? {};
      expect(y + height).toBeLessThan(740 - 60);
    });

    test('has one cell in the tab order, and arrow keys move the focus within the map', async () => {
      const page = await stage().open(`/map?${ASKED}`);
      const drawn = await cells(page);
      const focused = () => page.locator('td:focus').getAttribute('title');
      const stops = page.locator('[data-heat] td[tabindex="0"]');
      expect(await stops.count()).toBe(1);
      await stops.focus();
      expect(await focused()).toBe(drawn[0]?.[0]?.title);
      for (const [key, row, column] of [
        ['ArrowRight', 0, 1],
        ['ArrowDown', 1, 1],
        ['ArrowLeft', 1, 0],
        ['ArrowLeft', 1, 0],
        ['ArrowUp', 0, 0],
        ['ArrowUp', 0, 0],
        ['ArrowDown', 1, 0],
      ] as const) {
        await page.keyboard.press(key);
        expect(await focused(), key).toBe(drawn[row]?.[column]?.title);
      }
      expect(await stops.count()).toBe(1);
      const outline = await page
        .locator('td:focus')
        .evaluate((cell) => cell.ownerDocument.defaultView?.getComputedStyle(cell).outlineStyle);
      expect(outline).toBe('solid');
    });

    test('is saved as SVG with the same cells, and as PNG', async () => {
      const page = await stage().open(`/map?${ASKED}`);
      const svg = (await save(page, /SVG/)).toString('utf8');
      const titles = await page.locator('body').evaluate((body, text) => {
        const parsed = new body.ownerDocument.defaultView.DOMParser().parseFromString(text, 'image/svg+xml');
        if (parsed.querySelector('parsererror, script, image, a, foreignObject'))
          return ['not a plain picture'];
        return Array.from(
          parsed.querySelectorAll('g > title'),
          (title: { textContent: string }) => title.textContent,
        );
      }, svg);
      expect(titles).toEqual((await cells(page)).flat().map(({ title }) => title));
      const png = await save(page, /PNG/);
      expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
      const [, width = ''] = /<svg [^>]*width="(\d+)"/.exec(svg) ?? [];
      expect(png.readUInt32BE(16), 'twice the size, for sharp screens').toBe(2 * Number(width));
    });
  });

  describe('the map of the library', () => {
    const MAPPED = 'q=softmax&limit=12';
    interface Mapped {
      readonly rows: readonly {
        readonly id: number;
        readonly title: string;
        readonly nothing: number;
        readonly relations: readonly { readonly id: number; readonly weight: number }[];
      }[];
    }

    test('has the weights of the API in its matrix', async () => {
      const page = await stage().open(`/documents/map?${MAPPED}`);
      const { rows } = await stage().api<Mapped>(`/api/documents/map?${MAPPED}`);
      const table = page.getByRole('table');
      const names = await table.getByRole('rowheader').allTextContents();
      expect(names.toSorted()).toEqual(rows.map(({ title }) => title).toSorted());
      const drawn = await cells(page);
      names.forEach((name, r) => {
        const row = rows.find(({ title }) => title === name);
        const expected = [...names.map((other) => rows.find(({ title }) => title === other)), undefined].map(
          (other) => {
            if (other !== undefined && other === row) return `${name}: itself, left out`;
            const weight = other ? row?.relations.find(({ id }) => id === other.id)?.weight : row?.nothing;
            return `${name} → ${other?.title ?? 'nothing here'}: ${percent(weight ?? Number.NaN)}`;
          },
        );
        expect(drawn[r]?.map(({ title }) => title)).toEqual(expected);
      });
      const stops = page.locator('[data-heat] td[tabindex="0"]');
      await stops.focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('td:focus').getAttribute('title')).toBe(drawn[0]?.[1]?.title);
    });

    test('opens a document by its dot, with a pointer and with the keyboard', async () => {
      for (const open of ['click', 'Enter'] as const) {
        const page = await stage().open(`/documents/map?${MAPPED}`);
        const place = page.locator('.place').nth(3);
        const title = (await place.locator('title').textContent())?.split(': the others')[0] ?? '';
        if (open === 'click') await place.locator('.dot').click();
        else {
          await page.getByRole('region', { name: 'Picture' }).focus();
          for (let stop = 0; stop < 4; stop++) await page.keyboard.press('Tab');
          await page.keyboard.press(open);
        }
        await page.waitForURL(/\/documents\/\d+\?/);
        expect(await page.locator('h1').textContent()).toContain(title);
      }
    });

    test('has no overlapping labels, on a wide screen or on a small one', async () => {
      for (const path of ['/documents/map', '/documents/map?q=what+is+attention&limit=60']) {
        const page = await stage().open(path);
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 740 });
          const boxes = await page.locator('.place text').evaluateAll((texts) =>
            texts.map((text) => {
              const { left, right, top, bottom } = text.getBoundingClientRect();
              return { label: text.textContent ?? '', left, right, top: top + 3, bottom: bottom - 3 };
            }),
          );
          expect(boxes.length).toBeGreaterThan(10);
          const touching = boxes.flatMap((a, i) =>
            boxes
              .slice(i + 1)
              .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
              .map((b) => `${a.label} / ${b.label}`),
          );
          expect(touching, `${path} at ${width}`).toEqual([]);
        }
      }
    });

    test('has labels of at least 11 pixels at any width', async () => {
      for (const path of ['/documents/map', '/documents/map?q=what+is+attention&limit=60']) {
        const page = await stage().open(path);
        for (const width of [360, 768, 1280]) {
          await page.setViewportSize({ width, height: 740 });
          const sizes = (await page.evaluate(`Array.from(document.querySelectorAll('.place text'), (text) => {
            const { ownerSVGElement: svg } = text;
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return scale * Number.parseFloat(getComputedStyle(text).fontSize);
          })`)) as number[];
          expect(Math.min(...sizes), `${path} at ${width}`).toBeGreaterThanOrEqual(11);
        }
      }
    });

    test('has its picture before the list, on a small screen, too', async () => {
      const page = await stage().open('/documents/map');
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 740 });
        const [chart, list] = [page.locator('.chart'), page.locator('.hoods')];
        const top = (await chart.boundingBox())?.y ?? Number.NaN;
        expect(top).toBeLessThan((await list.boundingBox())?.y ?? Number.NaN);
        expect(top, 'seen without scrolling').toBeLessThan(740);
      }
    });

    test('is scrolled to its centre at first if it overflows, and can be scrolled from there, without scripts', async () => {
      const page = await stage().open('/documents/map', {
        javaScriptEnabled: false,
        viewport: { width: 360, height: 740 },
      });
      const chart = page.locator('.chart');
      const offCentre = () =>
        chart.evaluate((one) => one.scrollLeft - (one.scrollWidth - one.clientWidth) / 2);
      expect(Math.abs(await offCentre())).toBeLessThan(2);
      await page.waitForTimeout(300);
      await chart.hover();
      await page.mouse.wheel(-1000, 0);
      await page.waitForTimeout(300);
      expect(await chart.evaluate((one) => one.scrollLeft)).toBe(0);
    });

    test('leads from the results of a search into a neighbourhood and back, without scripts', async () => {
      const page = await stage().open('/?q=attention&limit=80', { javaScriptEnabled: false });
      await page.getByRole('link', { name: 'These documents as a map' }).click();
      await page.waitForURL(/\/documents\/map\?q=attention/);
      const [first] = await page.locator('.hoods h3 a').allTextContents();
      await page.locator('.place').first().click();
      await page.waitForURL(/in=\d+/);
      expect(await page.locator('.path [aria-current]').textContent()).toBe(first);
      await page.getByRole('link', { name: 'The whole map' }).click();
      await page.waitForURL(/\/documents\/map\?q=attention&limit=80$/);
      await page.getByRole('link', { name: 'Back to the results' }).click();
      await page.waitForURL(/\/\?q=attention&limit=80$/);
    });
  });

  describe('self-attention', () => {
    const self = () => {
      const id = stage().engine.search('Scaled dot-product attention').results[0]?.id;
      return `/documents/${id}/self-attention`;
    };

    test('of sentences has upright numbers as column headers, and the sentences take the remaining width', async () => {
      const page = await stage().open(self());
      const { units } = await stage().api<{ units: { text: string }[] }>(`/api${self()}`);
      const heat = page.locator('.heat');
      const names = await heat.getByRole('rowheader').allTextContents();
      expect(names).toEqual(units.map(({ text }, i) => `${i + 1} ${text.replace(/\s+/g, ' ')}`));
      const numbers = heat.getByRole('columnheader').filter({ hasText: /^\d+$/ });
      expect(await numbers.allTextContents()).toEqual(units.map((_, i) => String(i + 1)));
      const modes = await numbers.evaluateAll((all) =>
        all.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).writingMode),
      );
      expect(new Set(modes)).toEqual(new Set(['horizontal-tb']));
      const room = await heat.evaluate((one) => one.clientWidth);
      expect((await heat.getByRole('table').boundingBox())?.width).toBe(room);
      await page.setViewportSize({ width: 360, height: 740 });
      const [name, narrow] = [await heat.getByRole('rowheader').first().boundingBox(), 360];
      expect(name?.width, 'on a small screen most of it is left to the cells').toBeLessThan(narrow / 2);
    });

    test('of many sentences fits the width of the screen, with a line for each and percentages in the cells', async () => {
      const id = stage().engine.search('셀프 어텐션').results[0]?.id;
      const path = `/documents/${id}/self-attention`;
      const { units, weights } = await stage().api<{ units: unknown[]; weights: number[][] }>(`/api${path}`);
      expect(units.length).toBeGreaterThan(20);
      const page = await stage().open(path);
      const { hidden, height } = await page.locator('.heat').evaluate((heat) => ({
        hidden: heat.scrollWidth - heat.clientWidth,
        height: heat.querySelector('tbody').getBoundingClientRect().height,
      }));
      expect(hidden).toBe(0);
      expect(height / units.length, 'a row').toBeLessThan(28);
      expect((await cells(page)).map((row) => row.map(({ text, level }) => [text, level]))).toEqual(
        weights.map((row) =>
          row.map((weight) => [
            weight < 0.01 ? '' : String(Math.round(100 * weight)),
            `h${levelOf(Math.sqrt(weight))}`,
          ]),
        ),
      );
      expect(await page.locator('#heat-caption').textContent()).toContain('in percent');
    });

    test('of one sentence says so, and quotes the sentence', async () => {
      const page = await stage().open(self());
      await page.locator('.heat').getByRole('rowheader').nth(5).getByRole('link').click();
      await page.waitForURL(/row=5#row/);
      await page.getByRole('link', { name: 'See its words attend to each other' }).click();
      await page.waitForURL(/sentence=5/);
      const { units } = await stage().api<{ units: { text: string }[] }>(`/api${self()}`);
      expect(await page.locator('blockquote').textContent()).toBe(units[5]?.text);
      const text = await page.locator('main').textContent();
      expect(text).toContain('One sentence of the document asks itself');
      expect(text).not.toContain('every sentence');
    });
  });

  describe('words × words', () => {
    test('has the cosines of the API in its cells', async () => {
      const page = await stage().open('/?q=softmax+temperature');
      const maths = page.locator('[data-maths]').first();
      await maths.locator('summary').click();
      await maths.getByText('Words × words').click();
      await page.waitForURL(/\/words\?/);
      const [, id] = /documents\/(\d+)/.exec(page.url()) ?? [];
      const map = await stage().api<WordMap>(`/api/documents/${id}/words?q=softmax+temperature`);
      expect(map.rows.length).toBeGreaterThan(1);
      expect(await cells(page)).toEqual(
        map.rows.map((row, r) =>
          map.columns.map((column, c) => {
            const cosine = map.cosines[r]?.[c] ?? Number.NaN;
            return cellOf(cosine, decimal(cosine, 2), row, column);
          }),
        ),
      );
      expect(await page.locator('h1').textContent()).toContain(map.title);
    });
  });
}
