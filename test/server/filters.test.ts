import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { countFacets, facets } from '../../lib/store/library.ts';
import { runToEnd } from '../../lib/turns.ts';
import { violations } from '../support/checker.ts';
import { textDocument } from '../support/corpus.ts';
import { readPage } from '../support/page.ts';
import { countRounds } from '../support/rounds.ts';
import { serve, serveDemo, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  ({ engine, server } = await serveDemo());
});
afterAll(() => server.close());

const contentOf = (id: number) => engine.document(id).content;
const search = async (parameters: string) => {
  const answer = await server.ask(`/api/search?${parameters}`);
  expect(answer.status, answer.text.slice(0, 200)).toBe(200);
  return answer.json() as SearchResponse;
};
const list = async (parameters: string) =>
  (await server.ask(`/api/documents?limit=1000&${parameters}`)).json() as {
    total: number;
    documents: { id: number; uri: string; title: string; language: string; date: string | null }[];
  };

test.each([
  ['folder=en/search', (id: number) => engine.document(id).uri.startsWith('en/search/')],
  ['folder=en/search/', (id: number) => engine.document(id).uri.startsWith('en/search/')],
  ['folder=/en/search', (id: number) => engine.document(id).uri.startsWith('en/search/')],
  ['tag=Attention', (id: number) => engine.document(id).tags.includes('attention')],
  ['tag=%23attention', (id: number) => engine.document(id).tags.includes('attention')],
  ['language=EN', (id: number) => engine.document(id).language === 'en'],
  ['language=ko', (id: number) => engine.document(id).language === 'ko'],
  [
    'since=2024-07-01&until=2024-07-15',
    (id: number) => /^2024-07-(?:0\d|1[0-5])/.test(engine.document(id).date ?? ''),
  ],
  ['language=en&tag=cooking', (id: number) => engine.document(id).uri.startsWith('en/cooking/')],
])(
  '%s: search and list select the same documents, and the weights are computed over them alone',
  async (filter, isMeant) => {
    const { total, documents } = await list(filter);
    expect(documents.map(({ id }) => id).every(isMeant)).toBe(true);
    expect(documents).toHaveLength(
      engine.store
        .sql('SELECT id FROM documents')
        .pluck()
        .all()
        .filter((id) => isMeant(id as number)).length,
    );
    const response = await search(`q=softmax&limit=100&${filter}`);
    expect(violations(response, contentOf)).toEqual([]);
    expect(response.attention.documents).toBe(total);
    expect(response.results).toHaveLength(Math.min(100, total));
    expect(response.results.every(({ id }) => isMeant(id))).toBe(true);
    const { bias, explained } = engine.calibration;
    const { sharpness } = response.attention;
    // The explained share of the query counts only as far as the remaining documents come near the query.
    const breadth = Math.log(sharpness / Math.log(total + 10)) / explained.sharpness;
    expect(breadth).toBeGreaterThan(-1e-12);
    expect(breadth).toBeLessThanOrEqual(response.query.explained + 1e-12);
    expect(response.attention.bias).toBeCloseTo(bias + explained.bias * breadth - Math.log(total), 9);
  },
);

test.each([
  ['what is attention', 'en/cooking', 'en/attention'],
  ['baking bread', 'en/astronomy', 'en/cooking'],
  ['black holes', 'en/cooking', 'en/astronomy'],
  ['소프트맥스는 왜 합이 1일까', 'ko/여행', 'ko/어텐션'],
])('%s has no answer in %s, and one in %s', async (q, elsewhere, there) => {
  const ask = (folder: string) => search(new URLSearchParams({ q, folder }).toString());
  const [off, on] = [await ask(elsewhere), await ask(there)];
  expect(off.attention.documents).toBeGreaterThan(0);
  expect(off.attention.verdict).toBe('none');
  expect(off.answer.sentences).toEqual([]);
  expect(on.attention.verdict).toBe('strong');
});

test('with all heads off the verdict is "none", and the bias is the prior alone', async () => {
  const { attention } = await search('q=what+is+attention&title=0&content=0&words=0&feedback=0');
  expect(attention.verdict).toBe('none');
  expect(attention.bias).toBeCloseTo(engine.calibration.bias - Math.log(attention.documents), 9);
});

test('a filter that matches nothing leaves only the null key', async () => {
  const { attention, results, answer } = await search('q=softmax&tag=nowhere');
  expect(results).toEqual([]);
  expect(answer.sentences).toEqual([]);
  expect(attention).toMatchObject({ documents: 0, nothing: { weight: 1 }, verdict: 'none', remainder: 0 });
});

test.each([
  ['q=softmax&folder=nope', 'No document passes these filters.'],
  ['q=softmax&language=ja', 'No document passes these filters.'],
  ['q=asdfghjkl&tag=nowhere', 'No document passes these filters.'],
  ['q=softmax&folder=nope&lang=ko', '이 필터에 맞는 문서가 없습니다.'],
])('%s: the page says that no document passes, and lists none', async (parameters, message) => {
  const page = readPage((await server.ask(`/?${parameters}`, { headers: { accept: 'text/html' } })).text);
  expect(page.texts('data-verdict')).toEqual([message]);
  expect(page.values('data-result')).toEqual([]);
  expect(page.texts('data-effective')).toEqual([]);
  expect(page.texts('data-nothing')).toEqual(['100%']);
});

test('white space around what titles are to contain makes no difference, as in suggestions', async () => {
  const found = await list('find=softmax');
  expect(found.documents.length).toBeGreaterThan(0);
  expect(await list('find=%20softmax%20')).toEqual(found);
  const page = await server.ask('/documents?find=%20softmax%20', { headers: { accept: 'text/html' } });
  expect(page.text).toContain(found.documents[0]?.title ?? '?');
});

test('a document outside the filter has no explanation', async () => {
  const { results } = await search('q=softmax');
  const answer = await server.ask(`/api/documents/${results[0]?.id}/explanation?q=softmax&folder=en/cooking`);
  expect(answer.json()).toMatchObject({ status: 404, detail: expect.stringContaining('outside the filter') });
  // Its sentences and words are weighed all the same.
  for (const part of ['sentences', 'words']) {
    const path = `/api/documents/${results[0]?.id}/${part}?q=softmax&folder=en/cooking`;
    const other = await server.ask(path);
    expect(other.status).toBe(200);
    if (part === 'sentences') expect(other.json()).toMatchObject({ weight: 0 });
  }
});

test('"why not" with a filter considers only the documents that pass it, and says that it leaves out another', async () => {
  const why = async (text: string) => {
    const parameters = new URLSearchParams({ q: 'softmax', folder: 'en/cooking', lang: 'en', why: text });
    const { status, text: html } = await server.ask(`/?${parameters}`, { headers: { accept: 'text/html' } });
    expect(status).toBe(200);
    return html;
  };
  const outside = (await list('find=softmax')).documents[0]?.title ?? '';
  expect(await why(outside)).toContain(`The filters leave it out: ${outside}`);
  expect(await why(outside)).not.toContain('id="why-d');
  const inside = (await list('folder=en/cooking')).documents[0];
  expect(await why(inside?.title ?? '')).toContain(`id="why-d${inside?.id}"`);
});

test.each([
  ['since=yesterday', 'since to be a day of the calendar as YYYY-MM-DD, got "yesterday"'],
  ['since=2024-13-45', 'since to be a day of the calendar as YYYY-MM-DD, got "2024-13-45"'],
  ['until=2023-02-29', 'until to be a day of the calendar as YYYY-MM-DD, got "2023-02-29"'],
  ['since=2024-07-15&until=2024-07-01', 'since to be no later than until, got since 2024-07-15 and until'],
  ['until=2024-7-1', 'until to be a day'],
  ['language=xx', 'language to be one of ko, ja, zh, en, und; got "xx"'],
  ['language=en-US', 'language to be one of'],
  [`tag=${'x'.repeat(600)}`, 'tag to be text of at most 500'],
  ['hops=4', 'hops to be a whole number from 0 to 3'],
  ['hops=-1', 'hops'],
])('%s is refused', async (parameters, detail) => {
  const answer = await server.ask(`/api/search?q=a&${parameters}`);
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
});

test('a leap day and a period of one day are valid', async () => {
  expect((await search('q=a&since=2024-02-29&until=2024-02-29')).attention.documents).toBe(0);
});

test('the list is sorted as asked', async () => {
  const titles = (await list('sort=title')).documents.map(({ title }) => title.toLowerCase());
  expect(titles.slice(0, 20)).toEqual(titles.slice(0, 20).toSorted());
  const dates = (await list('sort=date')).documents.map(({ date }) => date ?? '');
  expect(dates).toEqual(dates.toSorted().reverse());
  expect((await server.ask('/api/documents?sort=size')).status).toBe(400);
  expect(await list('sort=')).toEqual(await list('sort=id')); // a form submits the default as an empty value
});

test('facets count what can be filtered by', async () => {
  const { languages, tags, folders } = (await server.ask('/api/facets')).json() as Record<
    string,
    { name: string; count: number }[]
  >;
  expect(languages?.map(({ name }) => name)).toEqual(['en', 'ko']);
  // Folders that have no notes of their own are among them.
  expect(folders).toEqual(
    expect.arrayContaining(['en', 'ko'].map((name) => expect.objectContaining({ name }))),
  );
  for (const { name, count } of tags?.slice(0, 5) ?? [])
    expect((await list(`tag=${encodeURIComponent(name)}`)).total).toBe(count);
  for (const { name, count } of folders ?? [])
    expect((await list(`folder=${encodeURIComponent(name)}`)).total).toBe(count);
});

test('many tags are counted in slices, whichever route needs the counts first', async () => {
  const tagged = Engine.open();
  const tags = (i: number) => Array.from({ length: 100 }, (_, k) => `tag/${i}/${k}`);
  const notes = Array.from({ length: 400 }, (_, i) => ({
    ...textDocument(`Note ${i}`, 'Text.'),
    tags: tags(i),
  }));
  await tagged.index(notes);
  const other = await serve(tagged);
  const loop = countRounds();
  const rounds = new Set<number>();
  const { parse } = JSON;
  const parsing = vi.spyOn(JSON, 'parse').mockImplementation((text, ...more) => {
    if (String(text).startsWith('["tag/')) rounds.add(loop.count());
    return parse(text, ...more);
  });
  for (const path of ['/api/facets', '/documents', '/documents/map?q=note', '/?q=note']) {
    await tagged.index([textDocument('Last', path)]); // makes the next request count again
    rounds.clear();
    expect((await other.ask(path)).status).toBe(200);
    expect(rounds.size, path).toBeGreaterThan(1);
  }
  loop.stop();
  parsing.mockRestore();
  expect(facets(tagged.store)).toEqual(runToEnd(countFacets(tagged.store)));
  await other.close();
  tagged.close();
});

test('pages offer the filters, keep them, and apply them', async () => {
  const html = (await server.ask('/?q=softmax&folder=en/search', { headers: { accept: 'text/html' } })).text;
  expect(html).toContain('name="folder" value="en/search"');
  expect(html).not.toMatch(/class="where">[^<]*en\/attention/);
  const library = (
    await server.ask('/documents?tag=cooking&sort=title', { headers: { accept: 'text/html' } })
  ).text;
  expect(library).toContain('Risotto');
  expect(library).not.toContain('Black holes');
});

test('a filter by tag or folder is offered where there are any, or where it is on', async () => {
  const plain = Engine.open();
  await plain.index([{ uri: 'Dew.md', title: 'Dew', content: 'Dew point.', format: 'markdown' }]);
  const other = await serve(plain);
  const offered = async (query: string, { ask } = other) =>
    Array.from((await ask(`/documents${query}`)).text.matchAll(/id="filter-(\w+)"/g), ([, name]) => name);
  expect(await offered('')).toEqual(['language', 'since', 'until']);
  expect(await offered('?tag=rain')).toEqual(['tag', 'language', 'since', 'until']);
  expect(await offered('', server)).toEqual(['folder', 'tag', 'language', 'since', 'until']);
  await other.close();
  plain.close();
});

interface Row {
  readonly logit: number;
  readonly heads: readonly { readonly name: string; readonly score: number }[];
  readonly feedback: {
    readonly terms: readonly { readonly term: string; readonly contribution: number }[];
    readonly rounding: number;
  } | null;
}

test.each([1, 2, 3])('with %d hops the explanation still matches the ranking', async (hops) => {
  const query = `q=sharing%20secrets%20safely&hops=${hops}`;
  const response = await search(`${query}&limit=20`);
  expect(violations(response, contentOf)).toEqual([]);
  const { results, attention } = response;
  const row = (await server.ask(`/api/documents/${results[0]?.id}/explanation?${query}`)).json() as Row;
  expect(row.logit).toBeCloseTo(results[0]?.logit ?? 0, 9);
  const { terms, rounding } = row.feedback!;
  expect(terms).toHaveLength(attention.feedback.length);
  const sum = terms.reduce((total, { contribution }) => total + contribution, 0);
  expect(sum + rounding).toBeCloseTo(row.heads.find(({ name }) => name === 'feedback')?.score ?? 0, 9);
  expect(Math.abs(rounding)).toBeLessThan(0.02);
});

test('without hops there is no feedback', async () => {
  const { attention, results } = await search('q=entropy&hops=0');
  expect(Object.keys(attention.heads)).toEqual(['title', 'content', 'words']);
  expect(attention.feedback).toEqual([]);
  const row = (
    await server.ask(`/api/documents/${results[0]?.id}/explanation?q=entropy&hops=0`)
  ).json() as Row;
  expect(row.feedback).toBeNull();
});

test('the feedback is the softmax at temperature 0.4 over the ten best documents of a first pass with coefficients of its own', async () => {
  const { results } = await search('q=entropy&hops=0&limit=100');
  const { attention } = await search('q=entropy');
  const status = (await server.ask('/api/status')).json() as {
    calibration: { first: { heads: Record<string, number> } };
  };
  const looked = results
    .map(({ id, scores }) => ({
      id,
      logit: Object.entries(status.calibration.first.heads).reduce(
        (sum, [name, a]) => sum + a * (scores[name] ?? Number.NaN),
        0,
      ),
    }))
    .sort((x, y) => y.logit - x.logit)
    .slice(0, 10);
  const exps = looked.map(({ logit }) => Math.exp((logit - looked[0]!.logit) / 0.4));
  const sum = exps.reduce((total, e) => total + e, 0);
  expect(attention.feedback.map(({ document }) => document)).toEqual(looked.map(({ id }) => id));
  attention.feedback.forEach(({ share }, i) => {
    expect(share).toBeCloseTo(exps[i]! / sum, 9);
  });
});

test('a hop adds a head and leaves the others alone', async () => {
  const before = await search('q=entropy&limit=100&hops=0');
  const after = await search('q=entropy&limit=100&hops=1');
  const scores = new Map(before.results.map((result) => [result.id, result.scores]));
  const both = after.results.filter(({ id }) => scores.has(id));
  expect(both.length).toBeGreaterThan(50);
  for (const {
    id,
    scores: { feedback, ...others },
  } of both) {
    expect(others).toEqual(scores.get(id));
    expect(feedback).not.toBe(0);
  }
});

test('the multiplier of feedback is that of content unless it is given', async () => {
  const coefficients = async (parameters: string) =>
    (await search(`q=entropy&${parameters}`)).attention.heads;
  const { feedback = 0 } = await coefficients('');
  expect((await coefficients('content=0')).feedback).toBe(0);
  expect((await coefficients('content=2')).feedback).toBeCloseTo(2 * feedback, 9);
  expect((await coefficients('content=0&feedback=1')).feedback).toBeCloseTo(feedback, 9);
});

test('where nothing answers, hops change nothing', async () => {
  const before = await search('q=qwzx');
  const after = await search('q=qwzx&hops=3');
  expect(after.results).toEqual(before.results);
  expect(after.attention.feedback).toEqual([]);
});
