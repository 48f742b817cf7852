import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { packageFile } from '../../lib/root.ts';
import { NOTES } from '../support/corpus.ts';
import { naiveEntropy } from '../support/reference.ts';
import { serve, type TestServer } from '../support/server.ts';

/**
 * Recomputes from the logits of all documents what the checker cannot know from a list of results
 * alone: the weights of the documents that are not listed.
 */

let engine: Engine;
let server: TestServer;
/** Ascending, as in /api/logits. */
let ids: number[] = [];
beforeAll(async () => {
  engine = Engine.open();
  await engine.sync([packageFile('data/demo/ko')]);
  await engine.index(NOTES);
  server = await serve(engine);
  const { documents } = (await server.ask('/api/documents?limit=1000')).json() as {
    documents: { id: number }[];
  };
  ids = documents.map(({ id }) => id).sort((x, y) => x - y);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

type Settings = Readonly<Record<string, string | number>>;

const address = (path: string, settings: Settings): string =>
  `${path}?${new URLSearchParams(Object.entries(settings).map(([name, value]): [string, string] => [name, String(value)]))}`;

const search = async (settings: Settings): Promise<SearchResponse> =>
  (await server.ask(address('/api/search', settings))).json() as SearchResponse;

/** Logits by document id, decoded as docs/api.md says: float64, little-endian. */
const logitsOf = async (settings: Settings): Promise<Map<number, number>> => {
  const response = await fetch(server.url + address('/api/logits', settings));
  const view = new DataView(await response.arrayBuffer());
  expect(view.byteLength).toBe(8 * ids.length);
  return new Map(ids.map((id, i) => [id, view.getFloat64(8 * i, true)]));
};

/** softmax of the logits and of the null key, which has the logit 0. */
const softmax = (logits: readonly number[], temperature: number) => {
  const scaled = [0, ...logits.map((logit) => logit / temperature)];
  const most = Math.max(...scaled);
  const exponentials = scaled.map((value) => Math.exp(value - most));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  const [nothing = 0, ...weights] = exponentials.map((value) => value / sum);
  return { nothing, weights };
};

const QUERIES = [
  ['a Korean query', '소프트맥스란'],
  ['an English query', 'attention weights'],
  ['an emoji', '😀'],
  ['a word that nobody wrote', 'qwzxv'],
  ['another subject', 'mortgage rates'],
  ['a very long query', 'temperature '.repeat(150)],
] as const;
const SWITCHES: readonly Settings[] = [{}, { content: 0, words: 0 }, { title: 0, words: 4 }, { limit: 1 }];

describe.each([0.05, 1, 20])('at T = %d', (temperature) => {
  test.each(QUERIES)(
    'the response to %s can be recomputed from the logits of all documents',
    async (_name, q) => {
      for (const settings of SWITCHES) {
        const asked = { q, temperature, ...settings };
        const logits = await logitsOf(asked);
        const { nothing, weights } = softmax([...logits.values()], temperature);
        const weightOf = new Map(ids.map((id, i) => [id, weights[i] ?? Number.NaN]));
        const { attention, results } = await search(asked);

        expect(attention.documents).toBe(ids.length);
        expect(attention.nothing.weight).toBeCloseTo(nothing, 9);
        expect(attention.effectiveDocuments).toBeCloseTo(Math.exp(naiveEntropy([nothing, ...weights])), 6);
        expect(results).toHaveLength(Math.min(Number(settings.limit ?? 10), ids.length));
        for (const { id, logit, weight } of results) {
          expect(logit).toBe(logits.get(id));
          expect(weight).toBeCloseTo(weightOf.get(id) ?? Number.NaN, 9);
        }
        const listed = new Set(results.map(({ id }) => id));
        const others = ids.filter((id) => !listed.has(id)).map((id) => weightOf.get(id) ?? Number.NaN);
        expect(attention.remainder).toBeCloseTo(
          others.reduce((sum, weight) => sum + weight, 0),
          9,
        );
        expect(Math.max(...others)).toBeLessThanOrEqual((results.at(-1)?.weight ?? 0) + 1e-12);
      }
    },
  );
});

test.each([
  'softmax',
  '소프트맥스가 뭐야',
  'attention',
  'the best way to sleep when it is hot outside and a train is late',
  'insomnia advice',
  '불면증',
  '망원경',
])(
  'the coefficients follow from the calibration and from what the response says about the query: %s',
  async (q) => {
    const { query, attention } = await search({ q });
    const { explained, heads } = engine.calibration;
    const sharpness =
      Math.log(ids.length + 10) * Math.exp(explained.sharpness * Math.min(0.4, query.explained));
    const trust = Math.sqrt(Math.min(1, attention.textLength / 50));
    const gain = Math.max(1, query.length / 16) ** 0.75;
    const { title = 0, content = 0, words = 0, feedback = 0 } = heads;
    const expected = {
      title,
      content: trust * content,
      words: gain * (words + (1 - trust) * (content + feedback)),
      feedback: trust * feedback,
    };
    for (const [name, a] of Object.entries(expected))
      expect(attention.heads[name]).toBeCloseTo(sharpness * a, 12);
    const guesses = query.words
      .flatMap(({ readings: [first] }) => (first?.related && !first.beside ? [first] : []))
      .reduce((sum, { translates }) => sum + (translates ? 0.25 : 1), 0);
    expect(query.doubt).toBeCloseTo((guesses / query.length) * Math.log(0.05), 12);
    const { bias } = engine.calibration;
    const lift = explained.bias * Math.min(0.4, query.explained);
    const total = bias + lift + query.doubt - Math.log(ids.length);
    expect(attention.bias).toBeCloseTo(total, 12);
  },
);

describe('textbook mode', () => {
  const TEXTBOOK = { q: '멀티 헤드 어텐션', content: 0, words: 0, limit: 100 };

  test.each([0.05, 0.3, 1, 20])(
    'is the softmax of a · title score and the null key alone, with coefficients of its own, at T = %d',
    async (temperature) => {
      const { query, attention, results } = await search({ ...TEXTBOOK, temperature });
      expect(results).toHaveLength(ids.length);
      expect(attention.remainder).toBe(0);
      const a = attention.heads.title ?? Number.NaN;
      const { bias, heads, explained } = engine.calibration.textbook;
      const breadth = Math.min(0.4, query.explained);
      const sharpness = Math.log(ids.length + 10) * Math.exp(explained.sharpness * breadth);
      expect(attention.sharpness).toBeCloseTo(sharpness, 12);
      expect(a).toBeCloseTo(sharpness * (heads.title ?? Number.NaN), 12);
      const lift = explained.bias * breadth;
      const prior = bias + lift - Math.log(ids.length);
      const logits = results.map(({ scores }) => prior + a * (scores.title ?? Number.NaN));
      const { nothing, weights } = softmax(logits, temperature);
      expect(attention.nothing.weight).toBeCloseTo(nothing, 9);
      results.forEach(({ weight }, i) => {
        expect(weight).toBeCloseTo(weights[i] ?? Number.NaN, 9);
      });
    },
  );

  test.each(['소프트맥스', '어텐션이란', '코사인 유사도', '온도', 'Kimchi stew'])(
    'with all heads, too, a query that equals a title ranks it first: %s',
    async (q) => {
      const { results } = await search({ q, limit: 2 });
      expect(results[0]?.title).toBe(q);
    },
  );

  test('ranks by the cosine of the title alone', async () => {
    const { results } = await search(TEXTBOOK);
    const cosines = results.map(({ scores }) => scores.title ?? Number.NaN);
    expect(cosines).toEqual(cosines.toSorted((x, y) => y - x));
    expect(cosines[0]).toBeGreaterThan(cosines[1] ?? 1);
    expect(results[0]?.title).toBe('멀티 헤드');
  });

  test('gives a query that equals a title a title score of 1', async () => {
    for (const q of ['소프트맥스', 'Kimchi stew', '코사인 유사도']) {
      const { results } = await search({ q, content: 0, words: 0, limit: 1 });
      expect(results[0]?.title).toBe(q);
      expect(results[0]?.scores.title).toBeCloseTo(1, 6);
    }
  });
});

test('the multiplier of a head scales its coefficient, and the rest stays the same', async () => {
  const plain = await search({ q: '소프트맥스란', limit: 100 });
  const louder = await search({ q: '소프트맥스란', limit: 100, words: 2.5 });
  const { words = 0, ...others } = plain.attention.heads;
  expect(louder.attention.heads).toEqual({ ...others, words: 2.5 * words });
  expect(louder.attention.bias).toBe(plain.attention.bias);
  // Except feedback: it comes from the first pass, which has changed.
  const own = ({ scores: { feedback: _, ...scores } }: (typeof plain.results)[number]) => scores;
  const scores = new Map(plain.results.map((result) => [result.id, own(result)]));
  for (const result of louder.results) expect(own(result)).toEqual(scores.get(result.id));
});

test('a limit changes what is listed, not the weights', async () => {
  const all = await search({ q: '소프트맥스란', limit: 100 });
  for (const limit of [1, 2, 10, 99]) {
    const some = await search({ q: '소프트맥스란', limit });
    expect(some.results.map(({ id, weight }) => [id, weight])).toEqual(
      all.results.slice(0, limit).map(({ id, weight }) => [id, weight]),
    );
    expect(some.attention.nothing).toEqual(all.attention.nothing);
  }
});
