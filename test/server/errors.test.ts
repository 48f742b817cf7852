import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { CODES, SENTENCES } from '../../server/error-text.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { readPage } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
const unexpected: unknown[] = [];
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([...NOTES, textDocument('Nothing', '')]);
  server = await serve(engine, (error) => unexpected.push(error));
});
afterAll(async () => {
  await server.close();
  engine.close();
  expect(unexpected).toEqual([]);
});

const LONG = 'q'.repeat(10_000);

describe.each([
  ['an empty query', '/api/search', 400, 'EMPTY_QUERY', 'got an empty one. Add ?q=words.'],
  ['a blank query', '/api/search?q=%20%20', 400, 'EMPTY_QUERY', 'at least one character'],
  ['10,000 characters', `/api/search?q=${LONG}`, 400, 'QUERY_TOO_LONG', 'at most 2000 characters, got 10000'],
  [
    'temperature 0',
    '/api/search?q=a&temperature=0',
    400,
    'INVALID_PARAMETER',
    'temperature to be a number from',
  ],
  ['temperature −1', '/api/search?q=a&temperature=-1', 400, 'INVALID_PARAMETER', 'got -1'],
  ['temperature NaN', '/api/search?q=a&temperature=NaN', 400, 'INVALID_PARAMETER', 'got "NaN"'],
  ['temperature 1e999', '/api/search?q=a&temperature=1e999', 400, 'INVALID_PARAMETER', 'temperature'],
  ['limit 1e9', '/api/search?q=a&limit=1e9', 400, 'INVALID_PARAMETER', 'from 1 to 100, got 1000000000'],
  ['limit 2.5', '/api/search?q=a&limit=2.5', 400, 'INVALID_PARAMETER', 'whole number'],
  ['a negative head', '/api/search?q=a&title=-1', 400, 'INVALID_PARAMETER', 'title'],
  ['mass 2', '/api/search?q=a&mass=2', 400, 'INVALID_PARAMETER', 'mass'],
  ['an unknown parameter', '/api/search?q=a&colour=red', 400, 'UNKNOWN_PARAMETER', 'no parameter "colour"'],
  ['a parameter of the prototype', '/api/search?q=a&__proto__=1', 400, 'UNKNOWN_PARAMETER', '__proto__'],
  ['a query given twice', '/api/search?q=a&q=b', 400, 'INVALID_PARAMETER', 'q at most once'],
  ['broken escapes', '/api/documents/%E0%A4%A', 400, 'INVALID_PARAMETER', '%-escapes'],
  ...['/%', '/api/%FF', '/documents/%FF', '/assets/%E0%A4%A'].map(
    (path) =>
      [`broken escapes in ${path}`, path, 400, 'INVALID_PARAMETER', '%-escapes'] as [
        string,
        string,
        number,
        string,
        string,
      ],
  ),
  ...['/healthz', '/healthz/live', '/metrics'].map(
    (path) =>
      [`a parameter of ${path}`, `${path}?a=b`, 400, 'UNKNOWN_PARAMETER', 'no parameter "a"'] as [
        string,
        string,
        number,
        string,
        string,
      ],
  ),
  ['an unknown document', '/api/documents/999', 404, 'NOT_FOUND', 'no document 999'],
  ['a document that is no number', '/api/documents/x', 404, 'NOT_FOUND', 'expected a number'],
  ['the explanation of an unknown document', '/api/documents/999/explanation?q=a', 404, 'NOT_FOUND', '999'],
  ['words of an unknown document', '/api/documents/999/words?q=a', 404, 'NOT_FOUND', '999'],
  ['too many lines', `/api/map?q=${'a%0A'.repeat(30)}`, 400, 'INVALID_PARAMETER', 'at most 20 queries'],
  ['no line at all', '/api/map?q=%0A', 400, 'EMPTY_QUERY', 'at least one query'],
  ['an offset below 0', '/api/documents?offset=-1', 400, 'INVALID_PARAMETER', 'offset'],
  ['an unknown path', '/api/nothing', 404, 'NOT_FOUND', 'nothing at /api/nothing'],
])('%s', (_name, path, status, code, detail) => {
  test('returns problem details that say what was expected', async () => {
    const answer = await server.ask(path);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = answer.json() as { detail: string };
    expect(problem).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(problem.detail).toContain(detail);
    expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'status', 'title', 'type']);
  });
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
  '%s is refused with a list of the allowed methods',
  async (method) => {
    const { status, headers, json } = await server.ask('/api/search?q=a', { method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
    expect(json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  },
);

test.each([
  ['/?q=a&temperature=0', 400],
  ['/documents/999', 404],
  ['/nowhere', 404],
  ['/?lang=xx', 400],
])('browsers get an error page, programs problem details: %s', async (path, status) => {
  const answer = await server.ask(path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  expect(answer.text).toContain('<h1');
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const seen = await server.ask(path, { headers: { accept: browser } });
  expect(seen.headers['content-type']).toMatch(/^text\/html/);
  for (const accept of ['application/json', '*/*', 'application/problem+json', 'text/plain']) {
    const asked = await server.ask(path, { headers: { accept } });
    expect(asked.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(asked.status).toBe(status);
  }
});

test('a query that is too long stays in the form, to be shortened', async () => {
  const asked = `what is softmax ${'so on '.repeat(400)}`;
  const { status, text } = await server.ask(`/?q=${encodeURIComponent(asked)}&lang=ko`, {
    headers: { accept: 'text/html' },
  });
  expect(status).toBe(400);
  const [form] = readPage(text).forms;
  expect(Object.fromEntries(new URL(form ?? '', server.url).searchParams)).toEqual({ q: asked, lang: 'ko' });
  const other = await server.ask('/documents/1000?q=softmax', { headers: { accept: 'text/html' } });
  expect(other.status).toBe(404);
  expect(readPage(other.text).forms, 'the question was not the mistake').toEqual([]);
});

const noticeOf = async (path: string, language: string) => {
  const { text } = await server.ask(path, { headers: { accept: 'text/html', 'accept-language': language } });
  expect(text).toContain(`<html lang="${language}"`);
  const [, of, notice = ''] = /<p class="notice" id="said"([^>]*)>([^<]*)</.exec(text) ?? [];
  const [, hint = null] = /<p class="hint" lang="en">([^<]*)</.exec(text) ?? [];
  return { of, notice: notice.replaceAll('&#34;', '"'), hint };
};

describe('an error page is in the language of the reader', () => {
  const met = new Set<string>();
  test.each([
    ['/?q=a&temperature=0', 'temperature 값은 0.001 이상 1000 이하의 수여야 합니다. 입력한 값: 0.'],
    ['/?q=a&temperature=warm', 'temperature 값은 숫자여야 합니다. 입력한 값: "warm".'],
    ['/?q=a&limit=2.5', 'limit 값은 1 이상 100 이하의 정수여야 합니다. 입력한 값: 2.5.'],
    ['/documents?page=0', 'page 값은 1 이상 1000000 이하의 정수여야 합니다. 입력한 값: 0.'],
    ['/documents?sort=size', '다음 가운데 하나여야 합니다: id, title, date, uri. 입력한 값: "size".'],
    ['/?q=a&language=xx', 'language 값은 다음 가운데 하나여야 합니다: ko, ja, zh, en, und.'],
    ['/documents/1?view=raw', 'view 값은 다음 가운데 하나여야 합니다: rendered, text.'],
    ['/documents/1/self-attention?scaling=x', 'scaling 값은 다음 가운데 하나여야 합니다: sqrt,'],
    ['/documents/1/self-attention?temperature=0', 'temperature 값은 0.001 이상'],
    ['/documents/1/self-attention?sentence=99', 'sentence 값은 0 이상'],
    [
      '/documents/9/self-attention?sentence=0',
      '9번 문서에는 문장이 없습니다. 주소에서 sentence 값을 빼 주세요.',
    ],
    ['/?lang=xx', 'lang 값은 다음 가운데 하나여야 합니다: en, ko.'],
    [`/?q=a&tag=${'x'.repeat(501)}`, 'tag 값은 500자까지 쓸 수 있습니다.'],
    ['/?q=a&since=2024-02-31', '달력에 있는 날짜여야 합니다. 입력한 값: "2024-02-31".'],
    ['/?q=a&since=2024-02-02&until=2024-01-01', 'since 날짜가 until 날짜보다 늦습니다.'],
    ['/documents/map?in=a', '문서 번호이고 8개까지 쓸 수 있습니다. 입력한 값: "a".'],
    ['/documents/map?in=999', '999번 문서는 이 지도에 없습니다.'],
    ['/?q=a&q=b', 'q 값은 한 번만 쓸 수 있습니다.'],
    [`/?q=a${'&without=a'.repeat(51)}`, 'without 값은 50번까지만 쓸 수 있습니다.'],
    [`/map?q=${'a%0A'.repeat(30)}`, '쿼리는 한 번에 20개까지 쓸 수 있습니다. 지금은 30개입니다.'],
    [`/?q=${LONG}`, '쿼리가 너무 깁니다. 지금 10000자이니 2000자 이하로 줄여 주세요.'],
    ['/map.svg', '쿼리가 비어 있습니다. 한 글자라도 적어 주세요.'],
    ['/documents/1/words', '쿼리가 비어 있습니다.'],
    ['/?colour=red', '주소에 모르는 매개변수가 있습니다: "colour". 여기서 쓸 수 있는 매개변수: limit,'],
    ['/documents/999', '999번 문서가 없습니다. 그사이 지워졌을 수 있습니다.'],
    ['/documents/x', '문서 번호는 숫자여야 합니다. 주소에 적힌 번호: "x".'],
    ['/documents/%FF', '주소의 형식이 잘못되었습니다.'],
    ['/nowhere', '이 주소에는 페이지가 없습니다: /nowhere'],
  ])('%s', async (path, said) => {
    const page = await noticeOf(path, 'ko');
    expect(page.notice).toContain(said);
    expect(page.of, 'in Korean').toBe('');
    expect(page.hint, 'and in nothing else').toBe(null);
    met.add(page.notice);
    const { detail } = (await server.ask(path)).json() as { detail: string };
    expect(detail, 'the JSON stays English').toMatch(/^[^가-힣]*$/);
    expect(await noticeOf(path, 'en')).toEqual({ of: ' lang="en"', notice: detail, hint: null });
  });

  test('the cases above cover every error sentence', () => {
    const isMet = (sentence: string) => {
      const parts = sentence.split(/\{\w+\}/).map((part) => part.replace(/[.?()]/g, '\\$&'));
      const pattern = new RegExp(`^${parts.join('.+')}$`);
      return [...met].some((notice) => pattern.test(notice));
    };
    expect(Object.values(SENTENCES).filter((sentence) => !isMet(sentence))).toEqual([]);
  });

  test('has the English sentence below where there is no translation', async () => {
    expect(await noticeOf('/documents/1/image?path=a.png', 'ko')).toEqual({
      of: '',
      notice: CODES.NOT_FOUND,
      hint: 'There is no such picture in the folder of this note.',
    });
  });
});

test('unexpected errors reveal nothing internal and are logged', async () => {
  const broken = Engine.open();
  const heard: unknown[] = [];
  const brokenServer = await serve(broken, (error) => heard.push(error));
  broken.status = () => {
    throw new TypeError('better-sqlite3: the database is on fire');
  };
  const answer = await brokenServer.ask('/api/status');
  expect(answer.status).toBe(500);
  expect(answer.json()).toMatchObject({ code: 'INTERNAL', detail: expect.stringContaining('our side') });
  expect(answer.text).not.toMatch(/database|better-sqlite|node_modules/);
  expect(heard).toHaveLength(1);
  await brokenServer.close();
  broken.close();
});
