import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { TOUR } from '../../server/tour-text.ts';
import { percent } from '../../server/views/numbers.ts';
import { readPage } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

const ENGLISH = [
  ['Pruning old roses', 'Cut roses above a bud in late winter. Dead wood is taken out first.'],
  ['Sowing tomatoes indoors', 'Tomatoes are sown in March on a warm window sill. Seedlings want light.'],
  ['Making leaf compost', 'Leaves rot slowly. A heap of leaves becomes compost after two years.'],
  ['TODO (2021-03)', 'Buy string, and return the ladder.'],
] as const;
const KOREAN = [
  ['퀵 정렬', '퀵 정렬은 피벗을 고르고 작은 값과 큰 값을 나눈다. 피벗을 잘못 고르면 느리다.'],
  ['교착 상태를 막는 방법', '교착 상태는 자원을 서로 기다릴 때 생긴다. 자원에 순서를 매기면 막을 수 있다.'],
  ['페이지 교체', '메모리가 차면 페이지를 내보낸다. 오래 쓰지 않은 페이지를 고른다.'],
  ['[2019.08] 메모 #1', '아무 말이나 적어 둔 메모. 다시 읽을 일은 없다.'],
] as const;

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(
    [...ENGLISH, ...KOREAN].map(([title, content], i) => ({
      uri: `${i}.md`,
      title,
      content,
      format: 'markdown',
    })),
  );
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

const page = async (path: string) =>
  readPage((await server.ask(path, { headers: { accept: 'text/html' } })).text);
/** The queries of the links to a page, except links to a single result. */
const asked = (links: readonly string[], path: string) => {
  const queries = links
    .map((link) => new URL(link, server.url))
    .filter(({ pathname, hash, searchParams }) => pathname === path && hash === '' && searchParams.has('q'))
    .map(({ searchParams }) => searchParams.get('q') ?? '');
  return [...new Set(queries)];
};

/** The queries in the form of the attention map, and the names of its rows. */
const drawn = async (path: string, from = server) => {
  const { text } = await from.ask(path, { headers: { accept: 'text/html' } });
  const [, queries = ''] = /<textarea[^>]*>([^<]*)/.exec(text) ?? [];
  const rows = Array.from(text.matchAll(/<th scope="row"><a [^>]*>([^<]*)/g), ([, row]) => row);
  return { queries: queries.split('\n'), rows };
};

test.each(['en', 'ko'] as const)(
  'examples for a library other than the demo are its own titles, in %s',
  async (lang) => {
    const titles = [...ENGLISH, ...KOREAN].map(([title]) => title);
    const { links } = await page(`/?lang=${lang}`);
    const examples = asked(links, '/');
    expect(examples).toHaveLength(4);
    expect(examples.at(-1), 'and one that nothing answers').toBe(TOUR[lang].offTopics[0]);
    for (const example of examples.slice(0, -1)) {
      expect(titles).toContain(example);
      expect(engine.search(example).attention.verdict, example).toBe('strong');
      expect(/\p{Script=Hangul}/u.test(example), example).toBe(lang === 'ko');
    }
    expect((await page(`/tour?lang=${lang}`)).values('value', 'input')[0]).toBe(examples[0]);
    expect(await drawn(`/map?lang=${lang}`), 'the map is drawn of them').toEqual({
      queries: examples,
      rows: examples,
    });
  },
);

test('titles that nobody would type are not offered as examples', async () => {
  const examples = asked((await page('/?lang=ko')).links, '/');
  expect(examples).not.toContain('[2019.08] 메모 #1');
});

test('the examples change as soon as the documents do', async () => {
  const other = Engine.open();
  const there = await serve(other);
  const examples = async () =>
    asked(readPage((await there.ask('/?lang=ko', { headers: { accept: 'text/html' } })).text).links, '/');
  expect(await examples(), 'of an empty library those that are written').toHaveLength(4);
  expect((await drawn('/map', there)).rows, 'and none is drawn').toEqual([]);
  await other.index(KOREAN.map(([title, content]) => ({ uri: title, title, content, format: 'text' })));
  expect(await examples()).toContain('교착 상태를 막는 방법');
  await there.close();
  other.close();
});

test.each(['/', '/map'])(
  'the searches for the examples of %s are spread over turns of the event loop',
  async (path) => {
    const search = engine.search.bind(engine);
    let most = 0;
    let inTurn = 0;
    const searching = vi.spyOn(engine, 'search').mockImplementation((...given) => {
      const until = performance.now() + 16;
      while (performance.now() < until);
      if (inTurn++ === 0) setImmediate(() => (inTurn = 0));
      most = Math.max(most, inTurn);
      return search(...given);
    });
    await engine.index([{ uri: 'new', title: 'Ladder', content: 'Return it.', format: 'text' }]);
    const examples = path === '/' ? asked((await page(path)).links, path) : (await drawn(path)).queries;
    searching.mockRestore();
    expect(examples).toHaveLength(4);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2);
    await engine.remove(['new']);
  },
);

test('the start page has the attention picture of the first example, with the weights of its results', async () => {
  const { text } = await server.ask('/', { headers: { accept: 'text/html' } });
  const [example = ''] = asked(readPage(text).links, '/');
  const { results, attention } = engine.search(example, { limit: 5 });
  const shares = Array.from(text.matchAll(/data-weight-of=(\d+)>([^<]+)</g), ([, id, share]) => [
    Number(id),
    share,
  ]);
  expect(shares).toEqual(results.map(({ id, weight }) => [id, percent(weight)]));
  expect(text).toContain(`data-nothing>${percent(attention.nothing.weight).replace('<', '&lt;')}<`);
  expect(text).toContain(`href="/?q=${example.replaceAll(' ', '+')}#d${results[0]?.id}"`);
});

test('there is no picture if nothing answers the example or the index is empty', async () => {
  const few = Engine.open();
  const other = await serve(few);
  expect((await other.ask('/', { headers: { accept: 'text/html' } })).text).not.toContain('class="picture');
  await few.index([{ uri: 'a', title: '', content: '', format: 'text' }]);
  expect((await other.ask('/', { headers: { accept: 'text/html' } })).text).not.toContain('class="picture');
  await other.close();
  few.close();
});

test('a word that several titles share is the first example, as many documents answer it', async () => {
  const own = Engine.open();
  await own.index([
    ...['Sowing tomatoes', 'Pruning tomatoes', 'Tomatoes in pots'].map((title, i) => ({
      ...{ uri: `t${i}`, title, content: `${ENGLISH[i]?.[1]} Tomatoes like sun.`, format: 'text' as const },
    })),
    ...ENGLISH.slice(2).map(([title, content], i) => ({
      uri: `${i}`,
      title,
      content,
      format: 'text' as const,
    })),
  ]);
  const other = await serve(own);
  const { links } = readPage((await other.ask('/', { headers: { accept: 'text/html' } })).text);
  const [first = ''] = asked(links, '/');
  expect(first.toLowerCase()).toBe('tomatoes');
  const weights = own.search(first).results.map(({ weight }) => weight);
  expect(weights[0]).toBeLessThan(0.9);
  // A sum over one word is that word, so the tour takes a query of several.
  const { text } = await other.ask('/tour', { headers: { accept: 'text/html' } });
  const [toured = ''] = readPage(text).values('value', 'input');
  expect(asked(links, '/')).toContain(toured);
  expect(new Set(own.analyzer.terms(toured)).size).toBeGreaterThan(1);
  await other.close();
  own.close();
});
