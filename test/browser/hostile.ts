import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { serve, type TestServer } from '../support/server.ts';
import type { Stage } from './stage.ts';

const OVERRIDE = '\u202e';
const SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(2)>';

/** Notes that try to be more than text. The query "bait" finds each of them. */
const NOTES: readonly DocumentInput[] = [
  [
    'script',
    `bait ${SCRIPT}`,
    `bait ${SCRIPT} <svg onload=alert(3)> </div></main><style>*{display:none}</style>`,
  ],
  [
    'link',
    'bait javascript:alert(4)',
    'bait [click](javascript:alert(5)) <a href="javascript:alert(6)">here</a>',
  ],
  [
    'quote',
    `bait " onfocus=alert(7) autofocus x="`,
    `bait ' onmouseover=alert(8) ' "><b id=injected>bold</b>`,
  ],
  ['entities', 'bait &lt;b&gt; &amp;amp; &#60;i&#62;', 'bait &lt;script&gt;alert(9)&lt;/script&gt; &nbsp;'],
  ['template', 'bait <%= process.env %> {{x}}', 'bait <%- include("/etc/passwd") %>'],
  ['override', `bait ${OVERRIDE}gnp.elif`, `bait ${OVERRIDE}desrever si siht. Then more.`],
  ['zero', 'bait\u200b\u200c\u200d\ufeffed', 'bait \u200bs\u200bp\u200bl\u200bi\u200bt'],
  ['invisible', '\u200b\u200b', 'bait without a title that can be seen'],
  ['blank', '   ', 'bait without a title'],
  ['line', 'bait of one line', `bait ${'x'.repeat(1_000_000)} end`],
  ['title', `bait ${'very long '.repeat(90)}`, 'bait under a title without end'],
  ['word', `bait ${'unbreakable'.repeat(85)}`, 'bait under one endless word'],
].map(([uri, title, content]) => ({
  uri: `${uri}.txt`,
  title: title ?? '',
  content: content ?? '',
  format: 'text',
}));

/** What no page may contain, whatever is in the notes. */
const INJECTED = [
  'main script',
  'main style',
  'main img',
  '#injected',
  '[onerror], [onload], [onfocus], [onmouseover], [onclick]',
  'a[href^="javascript:" i]',
].join(', ');

export function hostile(stage: () => Stage): void {
  describe('hostile notes', () => {
    let engine: Engine;
    let server: TestServer;
    beforeAll(async () => {
      engine = Engine.open();
      await engine.index(NOTES);
      server = await serve(engine);
    });
    afterAll(async () => {
      await server.close();
      engine.close();
    });

    test('are text on every page, and no page scrolls sideways', async () => {
      const ids = engine.search('bait', { limit: 100 }).results.map(({ id }) => id);
      expect(ids).toHaveLength(NOTES.length);
      const query = `q=${encodeURIComponent(`bait ${SCRIPT}`)}`;
      const paths = [
        `/?${query}&limit=100&why=bait`,
        `/map?${query}`,
        '/documents',
        ...ids.map((id) => `/documents/${id}?${query}&start=0&end=4`),
        `/documents/${ids[0]}/words?${query}`,
        `/${encodeURIComponent(SCRIPT)}`,
      ];
      const visit = async (page: Page): Promise<void> => {
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          await page.goto(server.url + path);
          expect(await page.locator(INJECTED).count(), path).toBe(0);
          const width = await page.locator('html').evaluate((html) => html.scrollWidth);
          expect(width, path).toBeLessThanOrEqual(360);
          expect(await page.locator('main').isVisible(), path).toBe(true);
        }
      };
      const viewport = { width: 360, height: 740 };
      const pages = [1, 2].map(() => stage().open('/', { server, viewport }).then(visit));
      await Promise.all(pages);
    });

    test('keep their titles literally, with entities and templates not interpreted', async () => {
      const page = await stage().open('/?q=bait&limit=100', { server });
      const shown = await page.locator('[data-open]').allTextContents();
      for (const { title } of NOTES.filter((note) => !['invisible.txt', 'blank.txt'].includes(note.uri)))
        expect(shown.map((text) => text.trim())).toContain(title.trim());
      await page.locator('[data-open]', { hasText: '&lt;b&gt;' }).click();
      expect(await page.locator('h1').textContent()).toBe('bait &lt;b&gt; &amp;amp; &#60;i&#62;');
      expect(await page.locator('main').textContent()).toContain('&lt;script&gt;alert(9)&lt;/script&gt;');
    });

    test('without a visible title are named by their file', async () => {
      const page = await stage().open('/?q=bait&limit=100', { server });
      const shown = await page.locator('[data-open]').allTextContents();
      expect(shown).toContain('invisible.txt');
      expect(shown).toContain('blank.txt');
      for (const path of ['/documents', '/map?q=bait']) {
        await page.goto(server.url + path);
        expect(await page.locator('main').textContent(), path).toContain('invisible.txt');
      }
    });

    test('with bidirectional overrides do not affect the text beside them', async () => {
      const page = await stage().open('/?q=bait&limit=100', { server });
      const item = page.locator('[data-result]', { hasText: 'gnp.elif' });
      const left = (selector: string) =>
        item
          .locator(selector)
          .first()
          .evaluate((element) => element.getBoundingClientRect().left);
      expect(await left('h3 a')).toBeLessThan(await left('.weight'));
      // After an unclosed override, text would run from right to left: the numbers would be mirrored.
      const isIsolated = await page
        .locator('.key, .value, .sentence bdi, .where, .passage')
        .evaluateAll((elements) =>
          elements.every((element) => {
            const { unicodeBidi, display } = element.ownerDocument.defaultView.getComputedStyle(element);
            return unicodeBidi.includes('isolate') || display === 'block';
          }),
        );
      expect(isIsolated).toBe(true);
    });

    test('are harmless as suggestions and as recent searches', async () => {
      const page = await stage().open('/', { server });
      await page.locator('[data-query]').fill('bait <script>');
      await page.locator('[data-suggestions] a').first().waitFor();
      await page.locator('[data-result]').first().waitFor();
      expect(await page.locator(INJECTED).count()).toBe(0);
      await page.locator('[data-query]').press('Enter');
      await page.locator('.brand').click();
      await page.locator('[data-recent] a').waitFor();
      expect(await page.locator('[data-recent] a').textContent()).toBe('bait <script>');
      expect(await page.locator(INJECTED).count()).toBe(0);
    });
  });
}
