import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { serve } from '../support/server.ts';
import type { Stage } from './stage.ts';

const AXE = readFileSync(packageFile('node_modules/axe-core/axe.min.js'), 'utf8');

const PAGES = [
  '/',
  '/?q=softmax+temperature&limit=4',
  '/?q=softmax+temperature&temperature=3&words=0&without=softmax&why=Sourdough&limit=2',
  '/?q=mortgage+rates&why=zzzz&limit=2',
  '/map',
  '/map?q=what+is+softmax%0Asourdough%0Amortgage+rates',
  '/documents/5/words?q=softmax+temperature',
  '/documents',
  '/documents?find=zzzz',
  '/documents/map?q=softmax&limit=12',
  '/documents/map?in=5',
  '/documents/map?tag=zzzz',
  '/documents/5?q=softmax&start=10&end=60',
  '/documents/5/self-attention',
  '/documents/5/self-attention?sentence=2',
  '/nothing/here',
];

/** Whether no font for formulas is installed; systems other than Linux come with one. */
const NO_MATH =
  process.platform === 'linux' &&
  !/Math/.test(spawnSync('fc-list', [':', 'family'], { encoding: 'utf8' }).stdout ?? '');

/** The rules that a colour scheme can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** The violations that axe-core finds on the current page, by all rules or only those given. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options = rules === undefined ? '{}' : JSON.stringify({ runOnly: rules });
  const found = (await page.evaluate(
    `axe.run(document, { ...${options}, selectors: false, preload: false }).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

const within = (path: string, language: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;

/** Checks a page in both colour schemes at full width, and that it fits narrow windows. */
async function expectFit(page: Page, path: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate(AXE);
  await page.locator('details').evaluateAll((all) => {
    for (const details of all.slice(0, 3)) details.setAttribute('open', '');
  });
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await violations(page), `${path} light`).toEqual([]);
  // In dark mode only the colours differ.
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, COLOURS), `${path} dark`).toEqual([]);
  // 320 is 1280 at fourfold zoom; below 705 the picture is narrow.
  for (const width of [741, 705, 704, 320]) {
    await page.setViewportSize({ width, height: 740 });
    const needed = await page.locator('html').evaluate((html) => html.scrollWidth);
    expect(needed, `${path} scrolls sideways at ${width} pixels`).toBeLessThanOrEqual(width);
  }
}

export function looks(stage: () => Stage): void {
  describe('axe-core finds no violations in English and Korean, light and dark, and the page fits 320 pixels', () => {
    test.each(PAGES)('%s', async (path) => {
      const english = stage()
        .open(path)
        .then((page) => expectFit(page, path));
      const korean = stage()
        .open(path, { locale: 'ko-KR' })
        .then((page) => expectFit(page, `${path} in Korean`));
      await Promise.all([english, korean]);
    });

    test('every other page that the navigation links to', async () => {
      const page = await stage().open('/?lang=en');
      const paths = await page
        .locator('.top nav a')
        .evaluateAll((links) => links.map((link) => (link.getAttribute('href') ?? '').replace(/\?.*/, '')));
      expect(paths).toContain('/map');
      for (const path of paths.filter((one) => !PAGES.includes(one))) {
        for (const language of ['en', 'ko']) {
          await page.goto(stage().server.url + within(path, language));
          await expectFit(page, `${path} ${language}`);
        }
      }
    });
  });

  describe('appearance', () => {
    test('dark mode has a dark page, light text and its own colours for Q, K and V', async () => {
      const page = await stage().open('/?q=softmax');
      const colours = () =>
        page.locator('body').evaluate((body) => {
          const colour = (selector: string, property: 'color' | 'backgroundColor') =>
            body.ownerDocument.defaultView.getComputedStyle(body.ownerDocument.querySelector(selector))[
              property
            ];
          return {
            page: colour('body', 'backgroundColor'),
            text: colour('body', 'color'),
            letters: ['.brand .q', '.brand .k', '.brand .v'].map((letter) => colour(letter, 'color')),
          };
        });
      const brightness = (colour: string) =>
        (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await colours();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await colours();
      expect(brightness(light.page)).toBeGreaterThan(brightness(light.text));
      expect(brightness(dark.page)).toBeLessThan(brightness(dark.text));
      expect(new Set([...light.letters, ...dark.letters]).size).toBe(6);
    });

    test.skipIf(NO_MATH)(
      'formulas are typeset: a subscript reaches below its base, a superscript overlaps it, a root covers its content',
      async () => {
        const [note] = stage().engine.search('Scaled dot-product attention').results;
        const page = await stage().open(`/documents/${note?.id}`);
        const boxes = (selector: string) =>
          page
            .locator(`.rendered ${selector}`)
            .first()
            .evaluate((whole) =>
              [whole, ...whole.children].map((part) => {
                const { top, bottom } = part.getBoundingClientRect();
                return { top, bottom };
              }),
            );
        const [, letter, index] = await boxes('p msub');
        expect(index!.bottom).toBeGreaterThan(letter!.bottom + 1);
        const [, base, power] = await boxes('p msup');
        expect(power!.bottom).toBeGreaterThan(base!.top);
        const [root, inside] = await boxes('msqrt');
        expect(root!.bottom).toBeGreaterThanOrEqual(inside!.bottom);
      },
    );

    test('standalone links are large enough to tap', async () => {
      const page = await stage().open('/');
      for (const [path, links] of [
        ['/?q=softmax', '.caption a'],
        ['/tour', '.steps a, .live > p > a'],
        ['/documents', '.library a, .hint a'],
        ['/documents/6', '.related a, .links a'],
        ['/documents/6/self-attention', 'main > p > a, section > p > a, .most a'],
      ] as const) {
        await page.goto(stage().server.url + within(path, 'en'));
        const heights = await page
          .locator(links)
          .evaluateAll((all) => all.map((link) => link.getClientRects()[0]?.height ?? 0));
        expect(heights.length).toBeGreaterThan(1);
        expect(Math.min(...heights), path).toBeGreaterThanOrEqual(24);
      }
    });

    test('the letters of a very long word, tag or folder are all inside its border', async () => {
      const page = await stage().open('/');
      const words = `스레드 ${'가나다라마바사아자차카타파하'.repeat(20)}`;
      const query = new URLSearchParams({ q: words, tag: 'tag'.repeat(100), folder: 'folder/'.repeat(60) });
      for (const width of [390, 640, 1280]) {
        await page.setViewportSize({ width, height: 740 });
        await page.goto(`${stage().server.url}/?${query}`);
        // For each, how far a corner of a line of text is beyond the curve of the border.
        const beyond = await page.locator('.word, .narrowed a').evaluateAll((all) =>
          all.map((one) => {
            const box = one.getBoundingClientRect();
            const said = one.ownerDocument.defaultView.getComputedStyle(one).borderTopLeftRadius;
            const radius = Math.min(Number.parseFloat(said), box.width / 2, box.height / 2);
            const range = one.ownerDocument.createRange();
            range.selectNodeContents(one);
            const lines = Array.from(range.getClientRects() as Iterable<typeof box>);
            const corners = lines.flatMap(({ left, right, top, bottom }) =>
              [left, right].flatMap((x) => [top, bottom].map((y) => [x, y] as const)),
            );
            const away = corners.map(([x, y]) => {
              const across = radius - Math.min(x - box.left, box.right - x);
              const down = radius - Math.min(y - box.top, box.bottom - y);
              return across > 0 && down > 0
                ? Math.hypot(across, down) - radius
                : Math.max(across, down) - radius;
            });
            return Math.max(...away);
          }),
        );
        expect(beyond.length, `${width}`).toBe(4);
        expect(Math.max(...beyond), `${width}`).toBeLessThanOrEqual(0);
      }
    });

    test('a citation of the answer is large enough to tap', async () => {
      const page = await stage().open('/?q=softmax');
      const heights = await page
        .locator('.cite')
        .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
      expect(heights.length).toBeGreaterThan(0);
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
    });

    test('the tour shows all temperatures on a small screen, keeps its steps apart, and does not colour names as links', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/tour?lang=${language}`);
        const items = await page.locator('.steps li').evaluateAll((all) =>
          all.map((one) => {
            const { left, right, top } = one.getBoundingClientRect();
            return { left, right, top };
          }),
        );
        items.slice(1).forEach(({ left, top }, i) => {
          const before = items[i];
          // The number of the step is in the gap.
          if (before && before.top === top) expect(left - before.right).toBeGreaterThan(36);
        });
        const colours = (selector: string) =>
          page
            .locator(selector)
            .evaluateAll((all) =>
              all.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).color ?? ''),
            );
        const [link] = await colours('.key-list a');
        const names = [...(await colours('span.key')), ...(await colours('#step-4 th'))];
        expect(names.length).toBeGreaterThan(5);
        expect(names).not.toContain(link);
        await page.setViewportSize({ width: 360, height: 740 });
        for (const scroller of await page.locator('.tour .scroll:not(.heat)').all())
          expect(
            await scroller.evaluate((one) => one.scrollWidth - one.clientWidth),
            await scroller.textContent().then((text) => text ?? ''),
          ).toBe(0);
        await page.setViewportSize({ width: 1280, height: 720 });
      }
    });

    test('a step of the tour has its computation beside its text, on one screen; on a small screen below it', async () => {
      const places = (page: Page) =>
        page.locator('.tour section').evaluateAll((steps) =>
          steps.map((step) => {
            const [told, live] = ['.told', '.live'].map((part) =>
              step.querySelector(part).getBoundingClientRect(),
            );
            const hidden = Array.from(
              step.querySelectorAll('.live > .scroll') as Iterable<typeof step>,
              (one) => one.scrollWidth - one.clientWidth,
            );
            return { told, live, hidden, height: step.clientHeight };
          }),
        );
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/tour?lang=${language}`);
        const steps = await places(page);
        expect(steps).toHaveLength(7);
        for (const { told, live, hidden, height } of steps.slice(0, 6)) {
          expect(live.top).toBe(told.top);
          expect(live.left).toBeGreaterThan(told.right);
          expect(height).toBeLessThan(720);
          expect(Math.max(0, ...hidden)).toBe(0);
        }
        await page.setViewportSize({ width: 768, height: 740 });
        for (const { told, live } of await places(page)) expect(live.top).toBeGreaterThan(told.bottom);
        await page.setViewportSize({ width: 1280, height: 720 });
      }
    });

    test('the column names of the tour are not broken within a word', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/tour?lang=${language}`);
        // Names that take more lines than they have words.
        const broken = await page.locator('.tour .plain thead th').evaluateAll((names) =>
          names
            .filter((name) => {
              const range = name.ownerDocument.createRange();
              range.selectNodeContents(name);
              const boxes = Array.from(range.getClientRects() as Iterable<{ top: number; width: number }>);
              const lines = new Set(boxes.map(({ top }) => Math.round(top)));
              return lines.size > name.textContent.trim().split(/\s+/).length;
            })
            .map((name) => name.textContent),
        );
        expect(broken).toEqual([]);
      }
    });

    test('the labels below the slider keep apart and end at the edge of the picture', async () => {
      for (const language of ['en', 'ko'])
        for (const width of [1280, 360]) {
          const page = await stage().open(`/?q=softmax&lang=${language}`);
          await page.setViewportSize({ width, height: 800 });
          const [first, second, third, picture] = await page
            .locator('.zones span, .look .picture')
            .evaluateAll((parts) =>
              parts.map((part) => {
                const range = part.ownerDocument.createRange();
                range.selectNodeContents(part);
                return range.getBoundingClientRect() as { left: number; right: number };
              }),
            );
          expect((second?.left ?? 0) - (first?.right ?? 0)).toBeGreaterThan(24);
          expect((third?.left ?? 0) - (second?.right ?? 0)).toBeGreaterThan(24);
          if (width > 360) expect(Math.abs((third?.right ?? 0) - (picture?.right ?? 0))).toBeLessThan(3);
          else {
            expect(await page.locator('.temperature label').isVisible(), 'what T is').toBe(true);
            const box = async (selector: string) =>
              (await page.locator(selector).boundingBox()) ?? { y: 0, height: 0 };
            const [zones, equation] = [await box('.zones'), await box('.look .equation')];
            expect(equation.y - zones.y - zones.height).toBeGreaterThan(9);
          }
        }
    });

    test('the picture shows and explains logits on a phone, and no equation reaches the temperature', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/?q=softmax&content=0&words=0&lang=${language}`);
        const boxes = (selector: string) =>
          page.locator(selector).evaluateAll((parts) =>
            parts.map((part) => {
              const { top, bottom, right, left } = part.getBoundingClientRect();
              return { top, bottom, right, left };
            }),
          );
        await page.setViewportSize({ width: 1280, height: 800 });
        const [temperature] = await boxes('.look .temperature');
        for (const { top, right } of await boxes('.look .equation span'))
          expect(right < (temperature?.left ?? 0) || top > (temperature?.bottom ?? 0)).toBe(true);
        await page.setViewportSize({ width: 360, height: 800 });
        const [logits, shares] = [await boxes('.rows .logit'), await boxes('.rows .share')];
        expect(logits).toHaveLength(12);
        logits.forEach(({ left, right }, i) => {
          expect(right - left).toBeGreaterThan(40);
          expect(right).toBeLessThan(shares[i]?.left ?? 0);
        });
        const [name] = await boxes('.columns .logit');
        expect(name?.right).toBe(logits[0]?.right);
        const caption = await page.locator('.look .caption').innerText();
        expect(caption).toContain(
          language === 'en' ? 'A logit adds up the scores' : '로짓은 헤드들의 점수를 더한',
        );
        expect(caption).not.toContain(language === 'en' ? 'line' : '선이');
      }
    });

    test('on a phone a map of sentences shows six columns, and a row the way from q · k to its weights', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/documents/6/self-attention?lang=${language}`);
        await page.setViewportSize({ width: 390, height: 844 });
        const room = (selector: string) =>
          page
            .locator(selector)
            .first()
            .evaluate(
              (cell) =>
                cell.closest('.scroll').getBoundingClientRect().right - cell.getBoundingClientRect().right,
            );
        expect(await room('.heat tbody tr td:nth-of-type(6)')).toBeGreaterThanOrEqual(0);
        expect(await room('[data-scores] tbody td:nth-of-type(4)')).toBeGreaterThanOrEqual(0);
        await page.setViewportSize({ width: 1280, height: 720 });
      }
    });

    test('nothing moves while a page loads', async () => {
      const page = await stage().open('/?q=softmax');
      for (const path of ['/?q=softmax', '/', '/?q=softmax&temperature=3', '/map?q=softmax']) {
        await page.goto(stage().server.url + path);
        const shift = await page.evaluate(`new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
            .observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 150);
        })`);
        expect(shift, path).toBeLessThan(0.01);
      }
    });

    test('Korean has a larger line height in running text, but not in headings or in the rows of the picture', async () => {
      const page = await stage().open('/?q=소프트맥스는 왜 합이 1일까&lang=ko');
      const ratio = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => {
            const style = element.ownerDocument.defaultView.getComputedStyle(element);
            return Number.parseFloat(style.lineHeight) / Number.parseFloat(style.fontSize);
          });
      expect(await ratio('.caption')).toBeCloseTo(1.65, 2);
      expect(await ratio('.result h3[lang=ko]')).toBeCloseTo(1.25, 2);
      const heights = await page
        .locator('.row .value')
        .evaluateAll((values) => values.map((value) => value.getBoundingClientRect().height));
      expect(Math.max(...heights), 'two lines, and room between the rows').toBeLessThanOrEqual(38);
    });

    test('a key has two lines and its full text as a tooltip, and a word of the query is not broken', async () => {
      const title = '[TCP] 3 way handshake & 4 way handshake';
      const engine = Engine.open();
      await engine.index([
        { uri: '1', title, content: '연결을 맺는 handshake는 세 번이다.', format: 'text' },
      ]);
      const server = await serve(engine);
      try {
        const page = await stage().open('/?q=handshake는+왜', {
          server,
          viewport: { width: 768, height: 900 },
        });
        const key = page.locator('.row-document .key');
        expect(await key.getAttribute('title')).toBe(title);
        const { hidden, height } = await key.evaluate((element) => {
          const [text] = element.children;
          return {
            hidden: text.scrollHeight - text.clientHeight,
            height: element.getBoundingClientRect().height,
          };
        });
        expect(hidden).toBe(0);
        expect(height, 'room between the rows').toBeLessThanOrEqual(38);
        const lines = await page.locator('.asked').evaluate((element) => {
          const range = element.ownerDocument.createRange();
          range.setStart(element.firstChild, 0);
          range.setEnd(element.firstChild, 'handshake는'.length);
          return range.getClientRects().length;
        });
        expect(lines).toBe(1);
      } finally {
        await server.close();
        engine.close();
      }
    });

    test('a long question is in the picture to its end', async () => {
      const q =
        'why did I lie awake until three in the morning when I had no coffee after noon and went to bed early as the notes on sleep say';
      const page = await stage().open(`/?q=${encodeURIComponent(q)}`);
      for (const width of [1280, 768, 390]) {
        await page.setViewportSize({ width, height: 800 });
        const hidden = await page
          .locator('.asked')
          .evaluate((element) => element.scrollHeight - element.clientHeight);
        expect(hidden, `at ${width}`).toBe(0);
      }
    });

    test('with forced colours, switches show their state, buttons have a border and cells keep their colours', async () => {
      const page = await stage().open('/?q=softmax&words=0', { forcedColors: 'active' });
      const style = (selector: string, property: string, pseudo = '') =>
        page
          .locator(selector)
          .first()
          .evaluate(
            (element, [property, pseudo]) =>
              element.ownerDocument.defaultView.getComputedStyle(element, pseudo)[property],
            [property, pseudo],
          );
      for (const toggle of ['.toggle.on', '.toggle:not(.on)'])
        expect(await style(toggle, 'backgroundColor', '::after'), toggle).not.toBe(
          await style(toggle, 'backgroundColor'),
        );
      expect(await style('.ask button', 'borderTopWidth')).toBe('1px');
      await page.goto(`${stage().server.url}/documents/5/self-attention`);
      const cells = await page
        .locator('.heat td')
        .evaluateAll((all) =>
          all.map((cell) => cell.ownerDocument.defaultView?.getComputedStyle(cell).backgroundColor),
        );
      expect(new Set(cells).size).toBeGreaterThan(3);
    });

    test('on a small screen each equation is on one line, and shaded at the edge where it overflows', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/tour?lang=${language}`);
        await page.setViewportSize({ width: 360, height: 740 });
        const formulas = await page.locator('.formula').evaluateAll((all) =>
          all.slice(1).map((formula) => {
            const range = formula.ownerDocument.createRange();
            range.selectNodeContents(formula);
            const bottoms = Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom / 8));
            return {
              text: formula.textContent,
              lines: new Set(bottoms).size,
              equations: 1 + formula.querySelectorAll('br').length,
              attachments: formula.ownerDocument.defaultView.getComputedStyle(formula).backgroundAttachment,
            };
          }),
        );
        expect(formulas).toHaveLength(6);
        for (const { text, lines, equations, attachments } of formulas) {
          expect(lines, text ?? '').toBe(equations);
          expect(attachments).toBe('local, scroll');
        }
      }
    });

    test('the bars of related documents and of the tour are aligned on the left, their numbers on the right', async () => {
      const edges = (page: Page, selector: string, edge: 'left' | 'right') =>
        page
          .locator(selector)
          .evaluateAll(
            (all, edge) => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect()[edge])))],
            edge,
          );
      const page = await stage().open('/documents/6?lang=en');
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 740 });
        await page.goto(`${stage().server.url}/documents/6?lang=en`);
        expect(await page.locator('.related .bar').count()).toBeGreaterThan(3);
        expect(await edges(page, '.related .bar', 'left')).toHaveLength(1);
        expect(await edges(page, '.related .number', 'right')).toHaveLength(1);
        await page.goto(`${stage().server.url}/tour?lang=en`);
        expect(await edges(page, '#step-4 tr > :nth-child(3) .bar', 'left')).toHaveLength(1);
        expect(await edges(page, '#step-4 tr > :nth-child(3) span', 'right')).toHaveLength(1);
      }
    });

    test('the numbers of results are in one column beside passages of readable width, on a small screen above them', async () => {
      const page = await stage().open('/?q=how+softmax+turns+scores+into+weights&temperature=0.15');
      const boxes = (selector: string) =>
        page.locator(`.result:not(.folded) ${selector}`).evaluateAll((all) =>
          all.map((one) => {
            const { left, right, bottom } = one.getBoundingClientRect();
            return { left, right, bottom, top: one.getBoundingClientRect().top };
          }),
        );
      const [numbers, passages] = [await boxes('.scores dd'), await boxes('.passage')];
      expect(new Set(numbers.map(({ right }) => right)).size).toBe(1);
      for (const { left, right } of passages) {
        expect(right).toBeLessThan(numbers[0]?.left ?? 0);
        expect(right - left).toBeLessThan(54 * 16);
      }
      const over = await page
        .locator('.rows .share')
        .evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
      expect(await page.locator('.rows .share').first().textContent()).toBe('>99.9%');
      expect(Math.max(...over), 'a weight leaves its bar free').toBe(0);
      await page.setViewportSize({ width: 360, height: 740 });
      const [scores, passage] = [await boxes('.scores'), await boxes('.passage')];
      expect(scores[0]?.bottom).toBeLessThanOrEqual(passage[0]?.top ?? 0);
    });

    test('on a phone a link leads past the picture to the documents found', async () => {
      const page = await stage().open('/?q=what+is+attention');
      await page.setViewportSize({ width: 390, height: 740 });
      const link = page.locator('.to-results');
      await link.click();
      const top = async () => (await page.locator('.result').first().boundingBox())?.y ?? Number.NaN;
      await expect.poll(async () => Math.abs(await top())).toBeLessThan(300);
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await link.isVisible()).toBe(false);
    });

    test('the "more" of a folded result is inside its row, apart from the percentages, at any width', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/?q=how+softmax+turns+scores+into+weights&lang=${language}`);
        for (const width of [360, 390, 480, 640, 641, 768]) {
          await page.setViewportSize({ width, height: 800 });
          const rows = await page.locator('.result.folded').evaluateAll((all) =>
            all.map((row) => {
              const box = (selector: string) => (row.querySelector(selector) ?? row).getBoundingClientRect();
              const [more, number, line] = [box('summary'), box('.number.big'), row.getBoundingClientRect()];
              const isApart = more.left >= number.right || more.top >= number.bottom - 1;
              return isApart && more.top >= line.top && more.bottom <= line.bottom;
            }),
          );
          expect(rows.length).toBeGreaterThan(4);
          expect(rows, `${language}, ${width} pixels`).toEqual(rows.map(() => true));
        }
      }
    });

    test('the field of a refused query is as high as the query needs', async () => {
      const heights = [];
      for (const q of ['x', 'long words '.repeat(40)]) {
        const page = await stage().open(`/?q=${encodeURIComponent(q)}&temperature=abc`);
        heights.push(await page.locator('textarea').evaluate((area) => area.getBoundingClientRect().height));
      }
      expect(heights[0]).toBeLessThan(60);
      expect(heights[1]).toBeGreaterThan(100);
    });

    test('the number of a row is separate from the text of its sentence', async () => {
      const page = await stage().open('/documents/5/self-attention');
      const rows = page.locator('.heat tbody th');
      const numbers = await rows.locator('.count').allTextContents();
      expect(numbers).toEqual(numbers.map((_, i) => String(i + 1)));
      expect(await rows.locator('a').first().textContent()).toMatch(/^\p{L}/u);
    });

    test('scrollable parts of a note can be focused, and links in the list of the map are large enough to tap', async () => {
      const engine = Engine.open();
      const wide = 'wide '.repeat(40);
      const content = [
        '```',
        wide,
        '```',
        '',
        `    ${wide}`,
        '',
        `| a | b |`,
        `|---|---|`,
        `| ${'x'.repeat(90)} | y |`,
      ];
      const source = content.join('\n');
      await engine.index([{ uri: '1.md', title: 'Wide', content: source, source, format: 'markdown' }]);
      const server = await serve(engine);
      try {
        const page = await stage().open('/documents/1', { server, viewport: { width: 360, height: 740 } });
        expect(await page.locator('.rendered pre').count()).toBe(2);
        await page.evaluate(AXE);
        expect(await violations(page, ['scrollable-region-focusable'])).toEqual([]);
        expect(await page.locator('.rendered :is(pre, table)[tabindex="0"]').count()).toBe(3);
      } finally {
        await server.close();
        engine.close();
      }
      const page = await stage().open('/documents/map');
      const heights = await page
        .locator('.hoods a')
        .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
    });

    test('at 768 pixels the languages are beside the navigation; at 720 (1440 at double zoom), beside the name', async () => {
      for (const language of ['en', 'ko']) {
        const page = await stage().open(`/?q=softmax&lang=${language}`);
        await page.setViewportSize({ width: 768, height: 740 });
        const [nav, languages] = await Promise.all(
          ['.top nav', '.languages'].map((selector) =>
            page.locator(selector).evaluate((element) => element.getBoundingClientRect().bottom),
          ),
        );
        expect(Math.abs((nav ?? 0) - (languages ?? 0))).toBeLessThan(8);
        await page.setViewportSize({ width: 720, height: 450 });
        const [brand, beside] = await Promise.all(
          ['.brand', '.languages'].map((selector) => page.locator(selector).boundingBox()),
        );
        expect(beside?.y).toBeLessThan((brand?.y ?? 0) + (brand?.height ?? 0));
      }
    });

    test('on paper: results, the picture and the temperature, no controls', async () => {
      const page = await stage().open('/?q=softmax&temperature=2');
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.temperature').innerText()).toMatch(/^Temperature\s+T = 2$/);
      for (const selector of ['.controls', '.why', '.top nav', '.languages', '.ask button', '.maths'])
        expect(await page.locator(selector).first().isVisible(), selector).toBe(false);
      await page.setViewportSize({ width: 718, height: 1000 }); // A4 within the margins
      for (const selector of ['.result', '.picture', '.fan', '.verdict'])
        expect(await page.locator(selector).first().isVisible(), selector).toBe(true);
    });

    test('on paper everything is dark on white, whatever the colour scheme of the screen', async () => {
      for (const path of ['/?q=softmax&limit=4', '/documents/5/self-attention', '/documents/map?q=softmax']) {
        const page = await stage().open(path);
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        await page.evaluate(AXE);
        expect(await violations(page, COLOURS), path).toEqual([]);
        const ground = await page.locator('body').evaluate((body) => {
          return body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor;
        });
        expect(ground).toBe('rgb(255, 255, 255)');
      }
    });

    test('where the browser enlarges the text, the picture grows with it, and larger still is drawn as on a small screen', async () => {
      const page = await stage().open('/?q=softmax', { viewport: { width: 1280, height: 800 } });
      const client = await page.context().newCDPSession(page);
      const heights = () =>
        page
          .locator('.row')
          .evaluateAll((rows) =>
            rows.map((row) => [
              row.getBoundingClientRect().height,
              Math.max(...[...row.children].map((cell) => cell.getBoundingClientRect().height)),
            ]),
          );
      for (const standard of [24, 32]) {
        await client.send('Page.setFontSizes', { fontSizes: { standard } });
        await page.reload();
        for (const [row = 0, tallest = 0] of await heights()) expect(tallest).toBeLessThanOrEqual(row);
        const [lines, rows] = await Promise.all(
          ['.fan', '.rows'].map((one) => page.locator(one).evaluate((e) => e.getBoundingClientRect().height)),
        );
        expect(lines).toBe(standard === 24 ? rows : 0);
        expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(1280);
      }
    });

    test('where a phone enlarges the text, no name and no field is left without width', async () => {
      const page = await stage().open('/?q=softmax&lang=ko', { viewport: { width: 390, height: 800 } });
      const client = await page.context().newCDPSession(page);
      await client.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
      await page.reload();
      const narrowest = (selector: string) =>
        page
          .locator(selector)
          .evaluateAll((all) => Math.min(...all.map((one) => one.getBoundingClientRect().width)));
      for (const selector of ['.row .key', '.folded header', '#q', '#why'])
        expect(await narrowest(selector), selector).toBeGreaterThan(200);
      for (const path of [
        '/',
        '/?q=softmax',
        '/?q=softmax&title=2',
        '/tour',
        '/map',
        '/documents/map',
        '/documents/20',
      ])
        for (const lang of ['en', 'ko']) {
          await page.goto(`${stage().server.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
          const width = await page.locator('html').evaluate((html) => html.scrollWidth);
          expect(width, `${path} ${lang}`).toBeLessThanOrEqual(390);
        }
    });

    test('Korean words in an English heading do not push its lines apart', async () => {
      const id = stage().engine.search('소프트맥스').results[0]?.id;
      const page = await stage().open(`/documents/${id}/self-attention`);
      const heading = await page.locator('h1').evaluate((h1) => {
        const style = h1.ownerDocument.defaultView.getComputedStyle(h1);
        return { height: h1.getBoundingClientRect().height, line: Number.parseFloat(style.lineHeight) };
      });
      expect(await page.locator('h1 [lang=ko]').count()).toBe(1);
      expect(heading.height).toBeCloseTo(heading.line, 0);
    });

    test('the library of a small screen has every path below its title, at the same edge', async () => {
      const page = await stage().open('/documents?sort=title', { viewport: { width: 390, height: 800 } });
      const [titles, paths] = await Promise.all(
        ['.library a', '.library .where'].map((selector) =>
          page
            .locator(selector)
            .evaluateAll((all) => [...new Set(all.map((one) => one.getBoundingClientRect().left))]),
        ),
      );
      expect(titles).toHaveLength(1);
      expect(paths).toEqual(titles);
    });

    test('without scripts the temperature stands below its heading, where a slider would be', async () => {
      const page = await stage().open('/?q=softmax', {
        javaScriptEnabled: false,
        viewport: { width: 768, height: 800 },
      });
      const left = async (selector: string) => (await page.locator(selector).boundingBox())?.x;
      expect(await left('.look .temperature label')).toBe(await left('#look-title'));
    });

    test('the longest weight and the longest logit end where the others do, on a phone, too', async () => {
      const page = await stage().open('/?q=softmax', { viewport: { width: 390, height: 800 } });
      for (const [selector, longest] of [
        ['.rows .share', '>99.9%'],
        ['.rows .logit', '−12.345'],
      ] as const) {
        const beyond = await page
          .locator(selector)
          .first()
          .evaluate((cell, text) => {
            cell.textContent = text;
            const range = cell.ownerDocument.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect().right - cell.getBoundingClientRect().right;
          }, longest);
        expect(beyond, longest).toBeLessThan(0.5);
      }
    });

    test('no name of a head is broken on a small phone', async () => {
      for (const lang of ['en', 'ko']) {
        const page = await stage().open(`/?q=softmax&hops=2&lang=${lang}`, {
          viewport: { width: 320, height: 800 },
        });
        for (const label of await page.locator('.head label').all())
          expect((await label.boundingBox())?.height, (await label.textContent()) ?? '').toBeLessThan(30);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      }
    });

    test('no number of the maths, or of the tour, is broken between two lines on a small phone', async () => {
      for (const path of [
        '/?q=프로세스와 스레드의 차이&lang=ko',
        '/?q=how does softmax turn scores into weights&temperature=0.05&title=2&lang=en',
        '/?q=sigmoid vs softmax&lang=ko',
        '/tour?lang=ko',
        '/tour?lang=en&q=why divide by the square root of d',
      ]) {
        const page = await stage().open(path, { viewport: { width: 320, height: 800 } });
        for (const summary of await page.locator('.maths > summary').all())
          if (await summary.isVisible()) await summary.click();
        const broken = await page.locator('main').evaluate((main) => {
          const found: string[] = [];
          const { createRange, createTreeWalker } = main.ownerDocument;
          const texts = createTreeWalker.call(main.ownerDocument, main, 4 /* texts */);
          const range = createRange.call(main.ownerDocument);
          for (let text = texts.nextNode(); text; text = texts.nextNode())
            for (const { index, 0: number } of text.data.matchAll(/(?<!BM)\d[\d.,]*\d/g)) {
              range.setStart(text, index);
              range.setEnd(text, index + number.length);
              const tops = new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top)));
              if (tops.size > 1) found.push(text.data.slice(0, 60));
            }
          return found;
        });
        expect(broken, path).toEqual([]);
      }
    });

    test('the line beside a quotation is as long as its text', async () => {
      const engine = Engine.open();
      const content = '1. Coins\n\n   > One side at a time.\n   >\n   > - or the edge';
      await engine.index([{ uri: 'Coins.md', title: 'Coins', content, format: 'markdown' }]);
      const server = await serve(engine);
      try {
        const page = await stage().open('/documents/1', { server });
        const rests = await page.locator('.rendered blockquote').evaluate((quotation) => {
          const own = quotation.getBoundingClientRect();
          const [first, last] = [quotation.firstElementChild, quotation.lastElementChild];
          return [
            (first?.getBoundingClientRect().top ?? 0) - own.top,
            own.bottom - (last?.getBoundingClientRect().bottom ?? 0),
          ];
        });
        for (const rest of rests) expect(rest).toBeLessThan(4);
      } finally {
        await server.close();
        engine.close();
      }
    });

    test('a hint that a field has no room for ends in an ellipsis', async () => {
      const page = await stage().open('/?lang=ko', { viewport: { width: 320, height: 800 } });
      const field = page.locator('#q');
      const ends = () => field.evaluate((q) => q.ownerDocument.defaultView.getComputedStyle(q).textOverflow);
      expect(await ends()).toBe('ellipsis');
      await field.fill('소프트맥스');
      expect(await ends(), 'what is typed scrolls instead').toBe('clip');
    });

    test('marks do not shift the text', async () => {
      const page = await stage().open('/?q=softmax');
      const ends = await page.locator('.passage').evaluateAll((passages) =>
        passages.map((passage) => {
          const right = () => {
            const range = passage.ownerDocument.createRange();
            range.selectNodeContents(passage);
            return [...range.getClientRects()].map(({ right }) => right);
          };
          const marks = passage.querySelectorAll('mark');
          for (const mark of marks) mark.style.padding = mark.style.margin = '';
          const shown = right();
          for (const mark of marks) mark.style.padding = mark.style.margin = '0';
          return { shown: Math.max(...shown), bare: Math.max(...right()), marks: marks.length };
        }),
      );
      expect(ends.some(({ marks }) => marks > 0)).toBe(true);
      for (const { shown, bare } of ends) expect(Math.abs(shown - bare)).toBeLessThan(0.2);
    });

    test('texts beside each other are on the same baseline', async () => {
      const page = await stage().open('/documents');
      const linesOf = (selector: string) =>
        page.locator(selector).evaluateAll((elements) =>
          elements.map((element) => {
            const mark = element.ownerDocument.createElement('span');
            mark.setAttribute('class', 'hidden'); // back in the flow by the next line, so that its bottom is the baseline
            Object.assign(mark.style, { position: 'static', display: 'inline-block', width: 0, height: 0 });
            element.prepend(mark);
            const { bottom } = mark.getBoundingClientRect();
            mark.remove();
            return bottom;
          }),
        );
      for (const selectors of [
        ['.library li:first-child a', '.library li:first-child .where'],
        ['.pages .number', '.pages a'],
        ['.foot p:first-child', '.foot p:last-child a'],
      ]) {
        const lines = (await Promise.all(selectors.map(linesOf))).flat();
        expect(lines).toHaveLength(2);
        expect(Math.abs((lines[0] ?? 0) - (lines[1] ?? 9)), selectors.join(', ')).toBeLessThan(0.6);
      }
      await page.goto(`${stage().server.url}/?q=softmax&limit=1000`);
      const [query, button] = await Promise.all(
        ['.ask textarea', '.ask button'].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(Math.abs((query?.height ?? 0) - (button?.height ?? 0))).toBeLessThan(1);
    });

    test('on paper a map has all its columns, however many', async () => {
      const engine = Engine.open();
      await engine.index(
        [35, 80].map((count) => ({
          uri: String(count),
          title: `Map of ${count}`,
          content: Array.from({ length: count }, (_, i) => `Sentence ${i} says ${'a b c d'[i % 7]}.`).join(
            ' ',
          ),
          format: 'text' as const,
        })),
      );
      const server = await serve(engine);
      try {
        const page = await stage().open('/', { server, viewport: { width: 1040, height: 700 } }); // A4 landscape
        await page.emulateMedia({ media: 'print' });
        for (const { id } of engine.search('map', { limit: 2 }).results) {
          await page.goto(`${server.url}/documents/${id}/self-attention`);
          const { columns, right, overflow, orientation } = await page.locator('.heat').evaluate((heat) => ({
            columns: heat.querySelectorAll('th[scope=col]').length - 1,
            right: heat.querySelector('table').getBoundingClientRect().right,
            overflow: heat.ownerDocument.defaultView.getComputedStyle(heat).overflowX,
            orientation: heat.ownerDocument.defaultView.getComputedStyle(heat.ownerDocument.body).page,
          }));
          expect([35, 80]).toContain(columns);
          expect(overflow).toBe('visible');
          expect(orientation).toBe('wide');
          expect(right, `${columns} columns`).toBeLessThanOrEqual(1040);
        }
      } finally {
        await server.close();
        engine.close();
      }
    });

    test('a result page loads at most 60 KB of script and 30 KB of style, compressed', async () => {
      const page = await stage().open('/documents');
      const sizes: Record<string, number> = { script: 0, stylesheet: 0 };
      const bodies: Promise<void>[] = [];
      page.on('response', (response) => {
        const type = response.request().resourceType();
        if (!Object.hasOwn(sizes, type)) return;
        bodies.push(
          response.body().then((body) => {
            sizes[type] = (sizes[type] ?? 0) + gzipSync(body).length;
          }),
        );
      });
      await page.context().clearCookies();
      await (await page.context().newCDPSession(page)).send('Network.setCacheDisabled', {
        cacheDisabled: true,
      });
      await page.goto(`${stage().server.url}/?q=softmax`);
      await Promise.all(bodies);
      expect(sizes.script).toBeGreaterThan(1000);
      expect(sizes.script).toBeLessThanOrEqual(60 * 1024);
      expect(sizes.stylesheet).toBeGreaterThan(1000);
      expect(sizes.stylesheet).toBeLessThanOrEqual(30 * 1024);
    });
  });
}
