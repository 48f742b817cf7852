import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { readNotes } from '../../scripts/lib/notes.ts';
import { type Page, readPage } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(await readNotes('data/demo'));
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

const ask = async (q: string, language = 'en'): Promise<string> =>
  (await server.ask(`/?q=${encodeURIComponent(q)}&lang=${language}`)).text;
const pageOf = async (q: string, language = 'en'): Promise<Page> => readPage(await ask(q, language));
/** The paragraphs, one a line. */
const readings = async (q: string, language = 'en'): Promise<string[]> => {
  const [, inner = ''] = /<div class="readings"[^>]*>(.*?)<\/div>/s.exec(await ask(q, language)) ?? [];
  return Array.from(inner.matchAll(/<bdi>(.*?)<\/bdi>/g), ([, text = '']) => text.replaceAll('\u00a0', ' '));
};

test('many words read as others are one sentence for each way of reading', async () => {
  expect(await readings('my infant refuses slumber and weeps constantly throughout nighttime hours')).toEqual(
    [
      'In no document, so read as: constantly → constant.',
      'In no document, so looked for by meaning: refuses → accept, negate; slumber → sleep, asleep; weeps → 울기; nighttime → night.',
    ],
  );
  expect(await readings('식도 연마하기', 'ko')).toEqual([
    '문서에 없어 뜻이 가까운 말로 찾은 단어: 식도 → 칼; 연마하기 → 숫돌.',
  ]);
  expect(await readings('back propagation')).toEqual([
    'Read as one word: back propagation → backpropagation.',
  ]);
  expect(await readings('softmax')).toEqual([]);
});

test('what was looked for beside a word is told where the results show it, once, and never as the word itself', async () => {
  const { query } = engine.search('recycling kitchen waste outdoors');
  const kitchen = query.words.find(({ text }) => text === 'kitchen')?.readings.map(({ text }) => text);
  expect(kitchen).toContain('sink');
  expect(await readings('kitchen outdoors')).toEqual([
    'In few documents, so looked for by meaning as well: kitchen → cooking, food; outdoors → outside.',
  ]);
  expect(await readings('부엌', 'ko')).toEqual([
    '드물어서 뜻이 가까운 말로도 찾은 단어: 부엌 → 전기밥솥, 냄비.',
  ]);
});

test('the verdict comes first, then what words were read as', async () => {
  const html = await ask('atention');
  expect(html.indexOf('data-verdict')).toBeGreaterThan(0);
  expect(html.indexOf('data-readings')).toBeGreaterThan(html.indexOf('data-verdict'));
  expect((await pageOf('atention')).texts('data-readings')).toEqual([
    'In no document, so read as: atention → attention.',
  ]);
});
