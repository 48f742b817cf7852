import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { violations } from '../support/checker.ts';
import { serve, serveDemo, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  ({ engine, server } = await serveDemo());
});
afterAll(() => server.close());

const contentOf = (id: number) => engine.document(id).content;
const search = async (parameters: Record<string, string | number>) => {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { status, json } = await server.ask(`/api/search?${query}`);
  expect(status).toBe(200);
  return json() as ReturnType<Engine['search']>;
};

const QUERIES = [
  'what is attention',
  '소프트맥스가 무엇인가요',
  'softmax 함수',
  '😀 emoji 🎉',
  '👩‍👩‍👧‍👦',
  'qwzxv',
  'mortgage interest rates for first-time buyers',
  'the of and',
  '?!',
  'café naïve',
  'a'.repeat(2000),
  'temperature '.repeat(150),
];

describe.each([0.05, 1, 20])('at T = %d', (temperature) => {
  test.each(QUERIES)('%.40s', async (q) => {
    for (const options of [
      {},
      { limit: 1 },
      { limit: 100 },
      { content: 0, words: 0 },
      { title: 0 },
      { words: 3.5 },
    ]) {
      expect(violations(await search({ q, temperature, ...options }), contentOf)).toEqual([]);
    }
  });
});

test('with mass, only as many documents are listed as hold that share of the weight', async () => {
  const response = await search({ q: 'softmax', mass: 0.5 });
  expect(violations(response, contentOf)).toEqual([]);
  const given = 1 - response.attention.nothing.weight;
  const held = response.results.map(({ weight }) => weight);
  expect(held.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(0.5 * given);
  expect(held.slice(0, -1).reduce((a, b) => a + b, 0)).toBeLessThan(0.5 * given);
});

test('with mass, up to 100 documents are listed unless a limit is given', async () => {
  const lengths = [{}, { mass: 1 }, { mass: 1, limit: 5 }].map(async (options) => {
    return (await search({ q: 'softmax', ...options })).results.length;
  });
  expect(await Promise.all(lengths)).toEqual([10, 100, 5]);
});

test('an empty index gives a valid response', async () => {
  const empty = Engine.open();
  const emptyServer = await serve(empty);
  const response = (await emptyServer.ask('/api/search?q=anything')).json();
  expect(violations(response, contentOf)).toEqual([]);
  expect(response).toMatchObject({
    results: [],
    attention: { documents: 0, nothing: { weight: 1 }, verdict: 'none' },
  });
  await emptyServer.close();
  empty.close();
});

test('GET /api lists every endpoint, and its links work', async () => {
  const indexOf = async ({ ask }: TestServer) =>
    (await ask('/api')).json() as {
      endpoints: { path: string; link: string | null; answers: string }[];
    };
  const { endpoints } = await indexOf(server);
  const documented = [
    ...readFileSync(packageFile('docs/api.md'), 'utf8').matchAll(/^\| \[?`(\/api\/[^?`]*)/gm),
  ];
  const paths = endpoints.map(({ path }) => path).filter((path) => path.startsWith('/api/'));
  expect(paths.toSorted()).toEqual(documented.map(([, path]) => path).toSorted());
  for (const { link } of endpoints) expect((await server.ask(link ?? '')).status, link ?? '').toBe(200);
  expect((await server.ask('/api/')).json()).toEqual({ endpoints });
  expect((await server.ask('/api?q=a')).status).toBe(400);

  const empty = Engine.open();
  const emptyServer = await serve(empty);
  const links = (await indexOf(emptyServer)).endpoints.flatMap(({ link }) => link ?? []);
  expect(links).toContain('/api/search?q=attention');
  for (const link of links) expect((await emptyServer.ask(link)).status, link).toBe(200);
  await empty.index([{ uri: 'a', title: '', content: 'A note without a title.', format: 'text' }]);
  const untitled = (await indexOf(emptyServer)).endpoints;
  for (const { link } of untitled) expect((await emptyServer.ask(link ?? '')).status, link ?? '').toBe(200);
  await emptyServer.close();
  empty.close();
});

test.each([
  ['/api/search', '/api/search?q=what+is+attention'],
  ['/api/documents/:id/explanation', '/api/documents/25/explanation?q=what+is+attention'],
  ['/api/documents/map', '/api/documents/map'],
])('the example of %s in docs/api.md has exactly the fields of the response', async (endpoint, path) => {
  const section = readFileSync(packageFile('docs/api.md'), 'utf8').split(`## \`GET ${endpoint}\`\n`)[1] ?? '';
  const example = (/```jsonc\n([^`]+)```/.exec(section)?.[1] ?? '').replace(/\/\/.*/g, '');
  const documented = Array.from(example.matchAll(/[{,]\s*"(\w+)"/g), ([, name]) => name);
  const named = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(named);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => [name, ...named(inner)]);
  };
  const came = named((await server.ask(path)).json());
  expect([...new Set(documented)].toSorted()).toEqual([...new Set(came)].toSorted());
});

test('in textbook mode weights are the softmax of the title scores alone', async () => {
  const T = 0.05;
  const { attention, results } = await search({
    q: 'self-attention',
    content: 0,
    words: 0,
    limit: 100,
    temperature: T,
  });
  expect(attention.heads).toMatchObject({ content: 0, words: 0 });
  const a = attention.heads.title ?? 0;
  const [first, ...others] = results;
  for (const { weight, scores } of others) {
    // In the ratio to the first result, the prior and the null key cancel: exp(a · difference of scores ÷ T) remains.
    const expected = Math.exp((a * ((scores.title ?? 0) - (first?.scores.title ?? 0))) / T);
    expect(weight / (first?.weight ?? 0)).toBeCloseTo(expected, 9);
  }
  expect(first?.title).toBe('Self-attention');
});

test('"what is attention" ranks notes on attention first', async () => {
  const { results, attention } = await search({ q: 'what is attention' });
  expect(results.slice(0, 3).map(({ title }) => title)).toContain('What is attention');
  for (const { uri } of results.slice(0, 3)) expect(uri).toMatch(/\/attention\//);
  expect(attention.verdict).toBe('strong');
});

test('/api/logits has a logit for every document, and the highest are those that the search lists', async () => {
  const bytes = await fetch(`${server.url}/api/logits?q=softmax`).then((response) => response.arrayBuffer());
  const logits = [...new Float64Array(bytes)];
  expect(logits).toHaveLength(engine.status().documents);
  const { results } = await search({ q: 'softmax', limit: 5 });
  expect(results.map(({ logit }) => logit)).toEqual(logits.toSorted((a, b) => b - a).slice(0, 5));
});

test('documents, suggestions, explanation, map, status and health agree with each other', async () => {
  const get = async (path: string) => (await server.ask(path)).json();
  const { results } = await search({ q: 'softmax' });
  const id = results[0]?.id ?? 0;
  const document = (await get(`/api/documents/${id}`)) as { title: string };
  expect(document).toMatchObject({ id, title: results[0]?.title, format: 'markdown' });
  expect(JSON.stringify(document)).not.toContain(join(packageFile('data/demo'), ''));
  expect(await get('/api/suggestions?q=softm')).toMatchObject({
    suggestions: [
      { title: 'Softmax', uri: 'en/attention/Softmax.md', alias: null },
      {},
      {},
      { title: '소프트맥스', alias: 'Softmax' },
    ],
  });
  expect(await get(`/api/documents/${id}/explanation?q=softmax`)).toMatchObject({
    id,
    logit: results[0]?.logit,
  });
  const map = (await get(`/api/map?q=${encodeURIComponent('softmax\nkimchi')}`)) as { queries: unknown[] };
  expect(map.queries).toHaveLength(2);
  const status = (await get('/api/status')) as { index: { documents: number } };
  expect(await get('/api/documents?limit=1')).toMatchObject({ total: status.index.documents });
  expect(await get('/healthz')).toMatchObject({ status: 'ok' });
});

describe('the checker itself', () => {
  const good = () => structuredClone(engine.search('softmax')) as never;
  type Loose = {
    attention: { bias: number; remainder: number; nothing: { weight: number } };
    results: {
      logit: number;
      weight: number;
      rank: number;
      passage: { start: number; matches: number[][] };
    }[];
    answer: { sentences: { start: number }[] };
    output: { terms: { shares: number[] }[] };
  };
  test('finds nothing wrong with a true response', () => {
    expect(violations(good(), contentOf)).toEqual([]);
  });

  test.each<[string, (response: Loose) => void]>([
    [
      'another bias',
      ({ attention }) => {
        attention.bias += 0.001;
      },
    ],
    [
      'another logit',
      ({ results }) => {
        results[2]!.logit += 0.001;
      },
    ],
    [
      'a boost after the softmax',
      ({ results }) => {
        results[0]!.weight *= 1.01;
      },
    ],
    [
      'a lost remainder',
      ({ attention }) => {
        attention.remainder += 0.01;
      },
    ],
    [
      'another null key',
      ({ attention }) => {
        attention.nothing.weight += 0.01;
      },
    ],
    [
      'two rows changed round',
      ({ results }) => {
        results.splice(0, 2, results[1]!, results[0]!);
      },
    ],
    [
      'a rank twice',
      ({ results }) => {
        results[1]!.rank = 1;
      },
    ],
    [
      'a passage that is elsewhere',
      ({ results }) => {
        results[0]!.passage.start += 1;
      },
    ],
    [
      'a match outside',
      ({ results }) => {
        results[0]!.passage.matches.push([0, 1_000_000]);
      },
    ],
    [
      'a sentence that is elsewhere',
      ({ answer }) => {
        answer.sentences[0]!.start += 1;
      },
    ],
    [
      'a share missing',
      ({ output }) => {
        output.terms[0]!.shares.pop();
      },
    ],
  ])('notices %s', (_name, tamper) => {
    const response = good() as Loose;
    tamper(response);
    expect(violations(response, contentOf)).not.toEqual([]);
  });
});
