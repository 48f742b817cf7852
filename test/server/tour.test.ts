import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { TOUR } from '../../server/tour-text.ts';
import { percent } from '../../server/views/numbers.ts';
import { serve, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

const page = async (path: string, from = server) => {
  const answer = await from.ask(path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(200);
  return answer.text;
};
/** The part of the page from one step to the next. */
const step = (html: string, number: number) =>
  html.slice(html.indexOf(`id="step-${number}"`), html.indexOf(`id="step-${number + 1}"`) + 1 || undefined);

describe.each(['en', 'ko'] as const)('in %s', (language) => {
  test('every step is there, with its text and a formula, and the contents lead to it', async () => {
    const html = await page(`/tour?lang=${language}`);
    const { steps, example } = TOUR[language];
    expect(steps).toHaveLength(7);
    steps.forEach(({ title, text }, i) => {
      const part = step(html, i + 1);
      expect(html).toContain(`<a href="#step-${i + 1}">`);
      expect(part).toContain(title);
      for (const paragraph of text) expect(part).toContain(paragraph.replaceAll("'", '&#39;'));
      expect(part).toContain('class="formula"');
      expect(part).toMatch(/<table|class="key-list"|class="terms"/);
    });
    expect(html).toContain(`value="${example}"`);
  });

  test('what nothing answers is said to be so, beside what is answered', async () => {
    const { offTopic, example } = TOUR[language];
    expect(engine.search(offTopic).attention.verdict).toBe('none');
    expect(engine.search(example).attention.verdict).toBe('strong');
    const part = step(await page(`/tour?lang=${language}`), 6);
    expect(part).toContain(percent(engine.search(offTopic).attention.nothing.weight));
  });
});

test('the numbers are those of the engine', async () => {
  const q = 'how does a hash table find a key';
  const html = await page(`/tour?q=${encodeURIComponent(q)}`);
  for (const temperature of [0.25, 1, 4]) {
    const { results } = engine.search(q, { limit: 5, temperature });
    for (const { weight } of results) expect(step(html, 4)).toContain(percent(weight).replace('<', '&lt;'));
  }
  const [first] = engine.search(q, { heads: { content: 0, words: 0 }, limit: 1 }).results;
  expect(step(html, 3)).toContain((first?.scores.title ?? 0).toFixed(3));
  for (const sentence of engine.search(q).answer.sentences)
    expect(step(html, 5)).toContain(percent(sentence.weight));
});

test('an empty index is told apart, and a hostile question is text', async () => {
  const empty = Engine.open();
  const other = await serve(empty);
  expect(await page('/tour', other)).toContain(TOUR.en.labels.empty);
  await other.close();
  empty.close();
  const html = await page(`/tour?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
  expect(html).not.toContain('<script>alert');
});

test('it is in the navigation', async () => {
  expect(await page('/')).toContain('href="/tour"');
});
