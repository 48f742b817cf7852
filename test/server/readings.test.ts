import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { explainDocument } from '../../lib/explain/explain.ts';
import { packageFile } from '../../lib/root.ts';
import { readNotes } from '../../scripts/lib/notes.ts';
import { translate } from '../../server/i18n.ts';
import { readingsView } from '../../server/views/readings.ts';
import { textDocument } from '../support/corpus.ts';
import { withoutLanguages } from '../support/page.ts';
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
/** The sentences that say what words were read as. */
const readings = async (q: string, language = 'en'): Promise<string[]> => {
  const [, inner = ''] = /<div class="readings"[^>]*>(.*?)<\/div>/s.exec(await ask(q, language)) ?? [];
  return Array.from(inner.matchAll(/<bdi>(.*?)<\/bdi>/g), ([, text = '']) => text.replaceAll('\u00a0', ' '));
};

test('words that were read as others are listed in one sentence for each kind of reading', async () => {
  expect(await readings('my infant refuses slumber and weeps constantly throughout nighttime hours')).toEqual(
    [
      'Found in no document, so read as: constantly → constant.',
      'Found in no document, so searched for by meaning: slumber → sleep, asleep, bed; weeps → tearful, 울기, 우는; nighttime → night time, night, dark.',
    ],
  );
  expect(await readings('불면증 캐리어', 'ko')).toEqual([
    '문서에 없어 뜻이 가까운 말로 찾은 단어: 불면증 → 수면, 잠, sleep; 캐리어 → 짐, 여행, 가방.',
  ]);
  expect(await readings('back propagation')).toEqual([
    'Read as one word: back propagation → backpropagation.',
  ]);
  expect(await readings('softmax')).toEqual([]);
});

test('words searched for in addition are listed if the results show them, once, and never the word itself', async () => {
  const { query } = engine.search('nap');
  expect(query.words[0]?.readings.map(({ text }) => text)).toEqual(['sleep', 'rest', '낮잠']);
  expect(await readings('nap')).toEqual([
    'Found in few documents, so searched for by meaning as well: nap → sleep, rest.',
  ]);
});

test('a name that a title has is said to be one, and of two words that are one name, both', async () => {
  expect(await readings('부엌', 'ko')).toEqual(['제목에 쓰인 이름으로 바꾸어 찾은 단어: 부엌 → kitchen.']);
  const own = Engine.open();
  await own.index([
    textDocument('Race Condition', 'Two threads write.'),
    textDocument('공장', '회사의 경쟁과 공장의 상태, 전략과 패턴'),
    textDocument('Patterns', 'The strategy pattern.'),
    textDocument('DFS', 'With a stack. 깊이, 우선, 탐색'),
  ]);
  const said = (q: string) => readingsView(own, own.search(q), (key, values) => translate('en', key, values));
  expect(said('경쟁 상태')).toEqual([
    'A title has it under another name, so read as: 경쟁 상태\u00a0→\u00a0race condition.',
  ]);
  expect(said('깊이 우선 탐색')).toEqual([
    'A title has it under another name, so read as: 깊이 우선 탐색\u00a0→\u00a0dfs.',
  ]);
  expect(said('전략 패턴')).toEqual([
    'Searched for under another name as well: 전략 패턴\u00a0→\u00a0strategy pattern.',
  ]);
  own.close();
});

test('the verdict comes first, then what words were read as', async () => {
  const html = await ask('atention');
  expect(html.indexOf('data-verdict')).toBeGreaterThan(0);
  expect(html.indexOf('data-readings')).toBeGreaterThan(html.indexOf('data-verdict'));
  // Here no result shows the word that was read.
  expect(await readings('mechansim')).toEqual(['Found in no document, so read as: mechansim → mechanism.']);
  expect(await readings('atention ATENTION')).toEqual([
    'Found in no document, so read as: atention → attention.',
  ]);
});

test('the maths says how much words searched for in place of another count, and how much of the query is a guess', async () => {
  const { query, results } = engine.search('recycling waste');
  const { words } = explainDocument(engine, engine.attend('recycling waste'), results[0]?.id ?? 0);
  const html = withoutLanguages(await ask('recycling waste')).replaceAll('\u00a0', ' ');
  expect(query.doubt).toBeCloseTo(Math.log(0.05), 12);
  expect(html).toContain('<span>2 ÷ 2 × ln 0.05</span>');
  expect(html).toContain(`× ${words.find(({ count }) => count !== 1)?.count.toFixed(2)}: the term shares`);
  expect(words.map(({ term }) => term)).toEqual([
    'recycl',
    'reus',
    'plastic',
    '쓰레',
    '레기',
    'wast',
    'food',
    'scrap',
    'compost',
  ]);
  // Rows are named by words, not by stems.
  const named = ['recycling', 'reuse', 'plastic', '쓰레', '레기', 'waste', 'food', 'scrap', 'compost'];
  words.forEach(({ count }, i) => {
    expect(html).toContain(`<span>${named[i]} × ${count.toFixed(2)}</span>`);
  });
  expect(withoutLanguages(await ask('attention'))).not.toMatch(/<span>attent\b|: the term shares/);
});

test('the maths has no rows for words searched for in addition that the document lacks', async () => {
  const run = engine.attend('nap');
  const html = withoutLanguages(await ask('nap')).replaceAll('\u00a0', ' ');
  const { results } = engine.search('nap');
  const having = results.filter(({ id }) =>
    explainDocument(engine, run, id).words.some(({ term, share }) => term === 'rest' && share > 0),
  );
  expect(having.length).toBeGreaterThan(0);
  expect(having.length).toBeLessThan(results.length);
  expect(html.match(/<span>rest ×/g)).toHaveLength(having.length);
});

test.each(['bread', '김치', 'softmax', 'atention'])(
  'the rows of the words score of %s are computed as printed, and sum to the score, capped at 1',
  async (q) => {
    const html = (await ask(q)).replaceAll('\u00a0', ' ');
    const tables = Array.from(html.matchAll(/<caption>Words score[\s\S]*?<\/table>/g), ([table]) => table);
    expect(tables.length).toBeGreaterThan(0);
    let beyond = 0;
    for (const table of tables) {
      const rows = table.matchAll(
        /<span>([\d.]+) × (\d+)(?: ÷ \((\d+) \+ ([\d.]+)\))?<\/span><\/span><\/th><td>([\d.]+)/g,
      );
      let sum = 0;
      for (const [, most, count, again, half, share] of rows) {
        if (again !== undefined) expect(again).toBe(count);
        const part = (Number(most) * Number(count)) / (Number(again ?? 1) + Number(half ?? 0));
        expect(Math.abs(part - Number(share)), table).toBeLessThan(0.00011);
        sum += Number(share);
      }
      const [, over] = /beyond 1, the most a score can be<\/th><td>−([\d.]+)/.exec(table) ?? [];
      const [, total] = /class="sum"><th scope="row">words<\/th><td>([\d.]+)/.exec(table) ?? [];
      expect(Math.abs(sum - Number(over ?? 0) - Number(total)), table).toBeLessThan(0.0006);
      if (over !== undefined) beyond++;
    }
    expect(beyond > 0).toBe(q === 'bread' || q === '김치');
    expect(html.includes('Searched for in addition, so not part of the sum that is divided by: ')).toBe(
      beyond > 0,
    );
  },
);

test('the thesaurus finds what the README says it finds', () => {
  const readme = readFileSync(packageFile('README.md'), 'utf8').replace(/\s+/g, ' ');
  const [, bees = '', honeybees = '', sleep = '', bedtime = ''] =
    /when your notes say (\S+) and you ask for (\S+), or (\S+) and you ask for (\S+)\./.exec(readme) ?? [];
  for (const [noted, asked] of [
    [bees, honeybees],
    [sleep, bedtime],
  ] as const) {
    const { query, results, attention } = engine.search(asked, { limit: 1 });
    expect(query.doubt, asked).toBeCloseTo(Math.log(0.05), 12);
    expect(attention.verdict, asked).toBe('strong');
    expect(results[0]?.passage.text, asked).toContain(noted);
  }
});

test('a word that occurs only late in a book is named by its stem, and the book is not read to find it', async () => {
  const books = Engine.open();
  const book = `${'a page of ships and harbours. '.repeat(20_000)}mechanism`;
  await books.index([{ uri: 'b', title: 'Book', content: book, format: 'text' }]);
  const words = vi.spyOn(books.analyzer, 'words');
  const said = readingsView(books, { ...books.search('mechansim'), results: [] }, (...key) =>
    translate('en', ...key),
  );
  expect(said.join()).toContain('mechan');
  expect(said.join()).not.toContain('mechanism');
  for (const [text] of words.mock.calls) expect(text.length).toBeLessThan(110_000);
  books.close();
});
