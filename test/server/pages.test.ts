import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { CODES, SENTENCES } from '../../server/error-text.ts';
import { MESSAGES, translate, translator } from '../../server/i18n.ts';
import { TOUR } from '../../server/tour-text.ts';
import { PLAIN_STATE } from '../../server/urls.ts';
import { plain } from '../../server/views/numbers.ts';
import { searchPage } from '../../server/views/search-page.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { type Page, readPage, withoutLanguages } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

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

const open = async (path: string, headers: Record<string, string> = {}): Promise<Page> => {
  const answer = await server.ask(path, { headers: { accept: 'text/html', ...headers } });
  expect(answer.status, `${path}: ${answer.text.slice(-400)}`).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  return readPage(answer.text);
};

/** Whether a printed share ("62.3%", "<0.1%") is right to the digits it has. */
const says = (text: string, share: number): boolean => {
  if (text === '<0.1%') return share > 0 && share < 0.001;
  if (text === '>99.9%') return share < 1 && share > 0.999;
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  return Math.abs(Number.parseFloat(text) / 100 - share) <= 0.5001 * 10 ** -(2 + digits);
};

test('where the results are short notes, the maths says how that changes the coefficients', async () => {
  const { textLength } = engine.search('softmax').attention;
  expect(textLength).toBeLessThan(50);
  const { text } = await server.ask('/?q=softmax');
  const trust = Math.sqrt(textLength / 50).toFixed(4);
  expect(text).toContain(
    `content and feedback is multiplied by √(${textLength.toFixed(2)} ÷ 50) = ${trust}, and`,
  );
});

test.each([
  ['2019년 소프트맥스', '2019년'],
  ['12개월 소프트맥스', '12개월'],
  ['소프트맥스 온도 3단계', '3단계'],
  ['1년 소프트맥스', undefined],
  ['1단계 소프트맥스', '1단계'],
  ['404를 소프트맥스', '404'],
])('a missing number is reported together with its unit: %s', async (query, said) => {
  const notes = Engine.open();
  try {
    await notes.index([textDocument('소프트맥스', '소프트맥스의 온도 1 이하')]);
    const asked = await serve(notes);
    const { text } = await asked.ask(`/?q=${encodeURIComponent(query)}&lang=ko`);
    await asked.close();
    expect(/여기에 없는 말: (.*?)<\/p>/.exec(text)?.[1]?.replace(/<[^>]*>/g, '')).toBe(said);
  } finally {
    notes.close();
  }
});

test('each result lists the words of the query that it lacks, in both languages', async () => {
  const { results } = engine.search('softmax temperature quokka');
  const { text } = await server.ask('/?q=softmax+temperature+quokka&lang=en');
  const said = Array.from(text.matchAll(/<p class="missing">([\s\S]*?)<\/p>/g), ([, line = '']) =>
    line.replace(/<[^>]*>/g, '').trim(),
  );
  const expected = results
    .filter(({ missing }) => missing.length > 0)
    .map(({ missing }) => `Not in this document: ${missing.join(', ')}`);
  expect(said).toEqual(expected);
  expect(said[0]).toBe('Not in this document: quokka');
  const lacks = (page: string) =>
    /<p class="verdict [^>]* data-verdict><strong>[^<]*<\/strong> <bdi class="lacks(?: much)?">([^<]*)/.exec(
      page,
    )?.[1];
  expect(lacks((await server.ask('/?q=softmax+temperature+layer&lang=en')).text)).toBe(
    `Not in the first document: ${engine.search('softmax temperature layer').results[0]?.missing.join(', ')}.`,
  );
  expect(lacks((await server.ask('/?q=softmax&lang=en')).text)).toBeUndefined();
  const stands = async (query: string) =>
    (await server.ask(`/?q=${query}`)).text.includes('class="lacks much"');
  expect(await stands('softmax+quokka')).toBe(true); // half of the words
  expect(await stands('softmax+turns+scores+quokka')).toBe(false);
  const many = Array.from({ length: 9 }, (_, i) => `quokka${i}`).join('+');
  const long = (await server.ask(`/?q=softmax+${many}&lang=en`)).text;
  expect(withoutLanguages(long)).toMatch(
    /<p class="missing">Not in this document: (?:<bdi>quokka\d<\/bdi>, ){6}<bdi>and 3 more<\/bdi><\/p>/,
  );
  const korean = await server.ask('/?q=softmax+quokka&lang=ko');
  expect(withoutLanguages(korean.text)).toContain('여기에 없는 말: <bdi>quokka</bdi>');
  const escaped = await server.ask(`/?q=${encodeURIComponent('softmax <i>quokka</i>')}`);
  expect(escaped.text).not.toContain('<i>');
});

test('a result shows the folders, tags and properties that match the query', async () => {
  const own = Engine.open();
  await own.index([
    { ...textDocument('Peas', 'Sow them early.', 'Garden/<b>/Peas.md'), tags: ['spring <i>', 'seeds'] },
    {
      ...textDocument('Beans', 'Sow them late.', 'Beans.md'),
      properties: [
        { name: 'source', value: '<i> Seed catalogue' },
        { name: 'about', value: `${'long '.repeat(50)}drought ${'after '.repeat(50)}` },
      ],
    },
  ]);
  const small = await serve(own);
  const where = async (q: string) => {
    const { text } = await small.ask(`/?q=${q}`);
    return /<p class="where">([\s\S]*?)<\/p>/.exec(text)?.[1]?.replace(/<\/?bdi>/g, '');
  };
  expect(await where('garden')).toBe('rank 1 · <mark>Garden</mark>/&lt;b&gt;/Peas.md');
  expect(await where('spring')).toBe('rank 1 · Garden/&lt;b&gt;/Peas.md · <mark>#spring &lt;i&gt;</mark>');
  expect(await where('catalogue')).toBe('rank 1 · Beans.md · source: &lt;i&gt; Seed <mark>catalogue</mark>');
  expect(await where('drought')).toMatch(
    /^rank 1 · Beans\.md · …(?:long |ng ){8}<mark>drought<\/mark>(?: after){12} ?a?f?t?e?…$/,
  );
  await small.close();
  own.close();
});

test('"why not?" says that a filter leaves a document out, in both languages', async () => {
  const notice = async (parameters: string) =>
    /<p class="notice">([^<]*)</.exec((await server.ask(`/?q=attention&${parameters}`)).text)?.[1];
  expect(await notice('folder=ko&why=watering&lang=en')).toBe('The filters leave it out: Watering tomatoes.');
  expect(await notice('folder=ko&why=watering&lang=ko')).toBe('필터에 걸러진 문서: Watering tomatoes.');
  expect(await notice('why=quokka&lang=en')).toMatch(/^No document has .*quokka/);
  expect(await notice('folder=ko&why=quokka&lang=en')).toMatch(/^No document has .*quokka/);
});

test('the tags of a document lead to the documents that have them', async () => {
  const own = Engine.open();
  const long = 'x'.repeat(501);
  await own.index([
    { ...textDocument('Peas', 'Sow them early.', 'peas'), tags: ['Spring & <i>', 'seeds/own', long] },
    { ...textDocument('Beans', 'Sow them late.', 'beans'), tags: ['seeds/own/dry'] },
    textDocument('Tools', 'A spade.', 'tools'),
  ]);
  const small = await serve(own);
  const { text } = await small.ask('/documents/1?q=early&temperature=2&folder=x&lang=en');
  const [, tags = ''] = /<dt>Tags<\/dt><dd[^>]*>(.*?)<\/dd>/.exec(text) ?? [];
  const links = Array.from(tags.matchAll(/<a href="([^"]*)">/g), ([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  expect(links).toEqual(['/documents?tag=Spring+%26+%3Ci%3E&lang=en', '/documents?tag=seeds%2Fown&lang=en']);
  expect(tags).toContain(`>Spring &amp; &lt;i&gt;</a>, <a`);
  expect(tags, 'longer than a filter may be').toContain(`, ${long}`);
  const listed = (await small.ask(links[1] ?? '')).text;
  for (const [title, isThere] of [
    ['Peas', true],
    ['Beans', true],
    ['Tools', false],
  ] as const)
    expect(listed.includes(`<bdi>${title}</bdi>`), title).toBe(isThere);
  await small.close();
  own.close();
});

test('words × words says what the 0 of a word that the embedding does not know means', async () => {
  const { text } = await server.ask('/documents/1/words?q=zzzqqq&lang=en');
  expect(text).toContain('>0.00</td>');
  expect(text).toContain('A word that the embedding does not know has 0 everywhere.');
});

test('a document found by an alias says so, in the results and on its page', async () => {
  const own = Engine.open();
  await own.index([
    { ...textDocument('Peas', 'Sow them early.', 'peas'), aliases: ['Sugar <i> snaps', 'Green Peas'] },
    textDocument('Snaps of the dog', 'In the garden.', 'dog'),
  ]);
  const small = await serve(own);
  const page = async (path: string) => withoutLanguages((await small.ask(`${path}&lang=en`)).text);
  const where = async (q: string) =>
    /<p class="where">([\s\S]*?)<\/p>/.exec(await page(`/?q=${q}`))?.[1]?.replace(/<\/?bdi>/g, '');
  expect(await where('sugar')).toBe('rank 1 · peas · alias: <mark>Sugar</mark> &lt;i&gt; snaps');
  expect(await where('peas'), 'the title has the word').toBe('rank 1 · peas');
  const { documents } = (await small.ask('/api/documents?find=Peas')).json() as {
    documents: { id: number }[];
  };
  expect(await page(`/documents/${documents[0]?.id}?q=sugar`)).toContain(
    '<dt>Aliases</dt><dd>Sugar &lt;i&gt; snaps, Green Peas</dd>',
  );
  expect(await page('/documents/2?q=dog')).not.toContain('Aliases');
  await small.close();
  own.close();
});

test('the maths has a table for each head that is on, and none for those that are off', async () => {
  const captions = async (state: string) => {
    const { text } = await server.ask(`/?q=softmax+weights&lang=en${state}`);
    const [maths = ''] = /<div class="sums"[\s\S]*?<\/div>/.exec(text) ?? [];
    return Array.from(maths.matchAll(/<caption>([^<]*)/g), ([, caption]) => caption);
  };
  const all = await captions('');
  expect(all).toHaveLength(4);
  expect(await captions('&content=0&words=0')).toEqual(all.slice(0, 1));
  expect(await captions('&words=0')).toEqual(all.slice(0, 3));
});

test('every colour that is used is defined', async () => {
  const { text } = await server.ask('/');
  const [, path = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
  const { text: styles } = await server.ask(path);
  const names = (pattern: RegExp) => new Set(Array.from(styles.matchAll(pattern), ([, name]) => name));
  const defined = names(/[{;\s](--[\w-]+)\s*:/g);
  const used = names(/var\(\s*(--[\w-]+)/g);
  expect(used.size).toBeGreaterThan(10);
  expect([...used].filter((name) => !defined.has(name))).toEqual([]);
});

test('no Korean sentence has a particle that fits only some of the words it may follow', () => {
  const tour = Array.from(JSON.stringify(TOUR.ko).matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, text = '']) => text);
  const texts = [
    ...Object.values(MESSAGES.ko),
    ...tour,
    ...Object.values(SENTENCES),
    ...Object.values(CODES),
  ];
  const unsure = texts.filter((text) =>
    /\((?:으|이|을|를|은|는|가)\)|\{\w+\}”?(?:을|를|이|가|은|는|로|으로|와|과)(?![가-힣])/.test(text),
  );
  expect(unsure).toEqual([]);
});

test('no Korean line can end between a quotation, a bracket or a percentage and its particle', () => {
  const keys = Object.keys(MESSAGES.ko) as (keyof typeof MESSAGES.ko)[];
  const values = { none: '78.2%', nothing: '1.1%' };
  const said = [...keys.map((key) => translate('ko', key, values)), JSON.stringify(TOUR.ko)];
  expect(said.filter((text) => /[’”)%][가-힣]/.test(text))).toEqual([]);
  expect(said.filter((text) => /[’”)%]\u2060[가-힣]/.test(text)).length).toBeGreaterThan(20);
});

test.each(['en', 'ko'] as const)(
  'logits and effective keys are explained below the picture: %s',
  async (language) => {
    for (const path of ['/?', '/?q=softmax&']) {
      const { text } = await server.ask(`${path}lang=${language}`, { headers: { accept: 'text/html' } });
      const [explained = ''] = /<details class="look-terms">[\s\S]*?<\/details>/.exec(text) ?? [];
      for (const key of ['look.terms', 'look.terms.logit', 'look.terms.effective'] as const)
        expect(explained).toContain(translate(language, key));
    }
  },
);

test('active filters are shown above the verdict, and each can be removed', async () => {
  const { text } = await server.ask('/?q=softmax&folder=attention&language=en&temperature=2&lang=en');
  const narrowed = /<div class="words narrowed"[\s\S]*?<\/div>/.exec(text)?.[0] ?? '';
  expect(text.indexOf(narrowed)).toBeLessThan(text.indexOf('class="verdict'));
  const links = Array.from(narrowed.matchAll(/href="([^"]+)"/g), ([, href = '']) =>
    Object.fromEntries(new URL(href.replaceAll('&amp;', '&'), server.url).searchParams),
  );
  const asked = { q: 'softmax', temperature: '2', lang: 'en' };
  expect(links).toEqual([
    { ...asked, language: 'en' },
    { ...asked, folder: 'attention' },
  ]);
  expect(narrowed).toContain('Search without the filter “Folder: attention”');
  expect(narrowed, 'one colon, in the name of the filter').not.toContain('from:');
  expect((await server.ask('/?q=softmax')).text).not.toContain('narrowed');
});

test('the controls are not open for filters and the temperature, which are shown above, but are for hops', async () => {
  const controls = async (state: string) =>
    /<details class="controls"[^>]*>\s*<summary>[^<]*/.exec(
      (await server.ask(`/?q=softmax&lang=en${state}`)).text,
    )?.[0];
  expect(await controls('&folder=attention')).not.toMatch(/\bopen\b/);
  expect(await controls('&temperature=2')).not.toMatch(/\bopen\b/);
  expect(await controls('&hops=2')).toMatch(/\bopen\b/);
  expect(await controls('')).toContain('filters');
});

test('a list of several pages shows the page number', async () => {
  const many = Engine.open();
  await many.index(
    Array.from({ length: 51 }, (_, i) => textDocument(`Note ${i}`, `Note ${i} of many.`, `${i}`)),
  );
  const there = await serve(many);
  const place = async (path: string) =>
    /<p class="pages">[\s\S]*?<\/p>/.exec((await there.ask(path)).text)?.[0] ?? '';
  expect(await place('/documents?page=2')).toContain('>2 / 2<');
  expect(await place('/documents?find=Note+7')).not.toContain('/ 1');
  // A page that was there before documents were removed.
  const beyond = (await there.ask('/documents?page=9')).text;
  expect(await place('/documents?page=9')).toContain('>2 / 2<');
  expect(beyond).toContain('Note 50');
  expect(beyond).toContain('href="/api/documents?limit=50&amp;offset=50"');
  expect(beyond).not.toContain('class="notice"');
  await there.close();
  many.close();
});

test('counts of one are in the singular', () => {
  expect(translate('en', 'index.documents', { documents: '1', passages: '21' })).toBe(
    '1 document, 21 passages',
  );
  expect(translate('en', 'index.documents', { documents: '1,001', passages: '1' })).toBe(
    '1,001 documents, 1 passage',
  );
  expect(translate('en', 'library.count', { count: 11 })).toBe('11 documents');
});

test('the share of a sentence of the answer is its weight times that of its document, and the page says so', async () => {
  const { text } = await server.ask('/?q=softmax+weights&lang=en');
  const { results, answer } = engine.search('softmax weights');
  const { weight = 0, document = 0 } = answer.sentences[0] ?? {};
  const whole = results.find(({ id }) => id === document)?.weight ?? 0;
  const [, product = ''] =
    /for the first sentence, ([^.]*(?:\.\d[^.]*)*)\. Sentences are in the order of their documents; what is not quoted holds the rest\.<\/p>/.exec(
      text,
    ) ?? [];
  const [of = '', within = '', share = ''] = product.split(/ [×=] /);
  expect(says(of, whole), product).toBe(true);
  expect(says(within, weight / whole), product).toBe(true);
  expect(says(share, weight), product).toBe(true);
  const ranks = answer.sentences.map((one) => results.findIndex(({ id }) => id === one.document));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test('the product of the printed factors is the printed share', async () => {
  for (const q of [
    'softmax weights',
    'scale the attention',
    'kimchi',
    'sourdough starter',
    '소프트맥스 온도',
  ])
    for (const path of ['/', '/tour']) {
      const { text } = await server.ask(`${path}?lang=en&q=${encodeURIComponent(q)}`);
      const products = [...text.matchAll(/([\d.]+)% × ([\d.]+)% = ([\d.]+)%/g)];
      expect(products.length, path + q).toBeGreaterThan(0);
      for (const [product, whole, within, share] of products)
        expect(Math.abs((Number(whole) * Number(within)) / 100 - Number(share)), product).toBeLessThan(0.061);
    }
});

test.each(['en', 'ko'] as const)(
  'the first result says why it is first, in differences that add up to that of the logits: %s',
  async (lang) => {
    const saidOf = async (q: string, more = '') => {
      const { text } = await server.ask(`/?lang=${lang}&q=${encodeURIComponent(q)}${more}`);
      return [
        ...text.matchAll(/(?:Why first: above all its|1위인 이유: 무엇보다) (\S+)[^:]*: ([^<]*)\.<\/p>/g),
      ];
    };
    for (const q of ['softmax weights', '소프트맥스 온도', 'kimchi']) {
      const [[, most = '', heads = ''] = [], ...others] = await saidOf(q);
      expect(others).toEqual([]);
      const [first, second] = engine.search(q).results;
      const parts = heads.split(', ').map((part) => Number(part.split(' ').at(-1)?.replace('−', '-')));
      expect(heads.startsWith(most.replace('.', '')), heads).toBe(true);
      expect(parts).toEqual(parts.toSorted((a, b) => b - a));
      const sum = parts.reduce((all, part) => all + part, 0);
      expect(Math.abs(sum - ((first?.logit ?? 0) - (second?.logit ?? 0))), heads).toBeLessThan(0.021);
    }
    expect(await saidOf('mortgage rates'), 'what answers nothing is first by nothing').toEqual([]);
    expect(await saidOf('softmax weights', '&limit=1'), 'a single one').toEqual([]);
  },
);

test('words of the query are marked in titles, Hangul words as a whole', async () => {
  const headings = async (q: string) => {
    const { text } = await server.ask(`/?q=${encodeURIComponent(q)}`);
    return Array.from(text.matchAll(/<h3[^>]*><a[^>]*><bdi>(.*?)<\/bdi>/g), ([, heading]) => heading);
  };
  expect(await headings('scaling the attentions')).toContain(
    '<mark>Scaled</mark> dot-product <mark>attention</mark>',
  );
  expect(await headings('스레드를')).toContain('프로세스와 <mark>스레드</mark>');
  expect((await headings('a model that adds up to one')).at(-1)).not.toContain('mark');
});

test('the maths of each result has a distinct accessible name', async () => {
  const { text } = await server.ask('/?q=softmax&lang=en');
  const names = Array.from(
    text.matchAll(/<summary>Show the maths([\s\S]*?)<\/summary>/g),
    ([, name = '']) => name,
  );
  expect(names.length).toBeGreaterThan(2);
  expect(new Set(names).size).toBe(names.length);
});

test('Korean texts use one term each for a word, a part of a word, a share and an alias, and call no slip a synonym', () => {
  const texts = [...Object.values(MESSAGES.ko), JSON.stringify(TOUR.ko)];
  expect(
    texts.filter((text) => /낱말|용어|(?<![가-힣])몫|(?<!로그 )사전 확률|다른 이름|비슷한 말/.test(text)),
  ).toEqual([]);
});

test('a value of the picture that is cut says so, and is not cut within a character', async () => {
  const notes = Engine.open();
  await notes.index([
    textDocument('Ferry', `The ferry ${'takes a car 🚗 '.repeat(20)}across.`),
    textDocument('Bridge', 'The ferry is older than the bridge.'),
  ]);
  const other = await serve(notes);
  const { text } = await other.ask('/?q=ferry', { headers: { accept: 'text/html' } });
  const values = Array.from(text.matchAll(/<span class="value"[^>]*><span>([^<]+)<\/span>/g), ([, v]) => v);
  expect(values).toContain('The ferry is older than the bridge.');
  expect(values.find((value) => value?.startsWith('The ferry takes'))).toMatch(/^[^\uFFFD]{155,}…$/);
  await other.close();
  notes.close();
});

describe('the page at /', () => {
  test('without a query asks for one, and lists nothing', async () => {
    for (const path of ['/', '/?q=', '/?q=%20%20']) {
      const page = await open(path);
      expect(page.values('name', 'input')).toContain('q');
      expect(page.values('data-result')).toEqual([]);
      expect(page.values('rel', 'link')).not.toContain('alternate');
    }
  });

  test.each(['en', 'ko'] as const)('the empty page points a beginner to the tour, in %s', async (lang) => {
    const { text } = await server.ask(`/?lang=${lang}`, { headers: { accept: 'text/html' } });
    expect(text).toContain(`<a href="/tour?lang=${lang}">${translate(lang, 'welcome.tour')}</a>`);
  });

  test('with an empty index says how to fill it', async () => {
    const empty = Engine.open();
    const emptyServer = await serve(empty);
    for (const path of ['/', '/?q=softmax', '/?q=softmax&tag=zzzz', '/documents', '/map?q=softmax']) {
      const answer = await emptyServer.ask(path, { headers: { accept: 'text/html' } });
      expect(answer.status, path).toBe(200);
      const [main = ''] = answer.text.split('<footer');
      expect(main, path).toContain('npm run index');
      expect(main, path).not.toMatch(
        /closest documents|these filters|Nothing here answers|No document matches/,
      );
    }
    await emptyServer.close();
    empty.close();
  });

  test.each([
    '/?q=softmax+weights',
    '/?q=softmax+weights&limit=3',
    '/?q=softmax+weights&temperature=20',
    '/?q=softmax+weights&temperature=0.05&limit=100',
    '/?q=softmax+weights&content=0&words=0',
    '/?q=softmax+weights&title=2.5&without=softmax',
    '/?q=softmax+weights&mass=0.9',
    '/?q=%EC%8A%A4%EB%A0%88%EB%93%9C%EB%9E%80&lang=ko',
    '/?q=mortgage+%26+%22dough%22',
  ])('%s shows the numbers of the API it links to', async (path) => {
    const page = await open(path);
    const json = page.values('href', 'link').find((href) => href.startsWith('/api/search?')) ?? '';
    const { attention, results } = (await server.ask(json)).json() as SearchResponse;
    const listed = page.values('data-result', 'li').map(Number);
    expect(listed).toEqual(results.map(({ id }) => id));
    expect(page.values('data-logit').map(Number)).toEqual(results.map(({ logit }) => logit));
    expect(page.values('value', 'meter').map(Number)).toEqual(results.map(({ weight }) => weight));
    for (const { id, weight } of results) {
      expect(page.texts('data-weight', String(id)), `weight ${weight}`).toSatisfy(([text]: string[]) =>
        says(text ?? '', weight),
      );
      expect(page.texts('data-weight-of', String(id))).toEqual(page.texts('data-weight', String(id)));
    }
    const [nothing] = page.texts('data-nothing');
    expect(says(nothing ?? '', attention.nothing.weight), `${nothing}`).toBe(true);
    const rest = page.texts('data-remainder');
    expect(rest).toHaveLength(results.length < attention.documents ? 1 : 0);
    for (const text of rest) expect(says(text, attention.remainder), text).toBe(true);
    expect(page.texts('data-effective')).toEqual([attention.effectiveDocuments.toFixed(1)]);
  });

  test.each([
    ['/?q=asdfghjkl', 'No word of this query is in your notes.'],
    ['/?q=asdfghjkl&lang=ko', '이 말이 들어 있는 노트가 없습니다.'],
    ['/?q=asdfghjkl&temperature=100', 'No word of this query is in your notes.'],
    ['/?q=asdfghjkl&language=en', 'No word of this query is in the chosen documents.'],
    ['/?q=what+is+the', 'There is no word in this query to search for.'],
    ['/?q=softmax&title=0&content=0&words=0', 'All heads are off: nothing tells the documents apart.'],
    ['/?q=softmax&title=0&content=0&words=0&lang=ko', '헤드가 모두 꺼져 있어 문서를 가려낼 기준이 없습니다.'],
    [
      '/?q=softmax&title=0&content=0&words=0&feedback=1&hops=0',
      'All heads are off: nothing tells the documents apart.',
    ],
  ])('%s lists nothing, as every document is equally far from it', async (path, message) => {
    const page = await open(path);
    expect(page.texts('data-verdict')).toEqual([message]);
    expect(page.values('data-result')).toEqual([]);
    expect(page.texts('data-effective')).toEqual([]);
    const json = page.values('href', 'link').find((href) => href.startsWith('/api/search?')) ?? '';
    const { attention, results } = (await server.ask(json)).json() as SearchResponse;
    expect(results.length, 'the API lists them all the same').toBeGreaterThan(0);
    expect(says(page.texts('data-nothing')[0] ?? '', attention.nothing.weight)).toBe(true);
    expect(says(page.texts('data-remainder')[0] ?? '', 1 - attention.nothing.weight)).toBe(true);
  });

  test.each([
    ['content=0', 'off', 'content=0&feedback=1'],
    ['content=0&feedback=1', 'on', 'content=0'],
    ['content=2', 'on', 'content=2&feedback=0'],
    ['content=2&feedback=0', 'off', 'content=2&feedback=1'],
    ['content=2&feedback=2', 'on', 'content=2&feedback=0'],
    ['feedback=0', 'off', ''],
  ])('%s: feedback is %s, and its switch leads to %s', async (heads, now, then) => {
    const { text } = await server.ask(`/?q=softmax&${heads}`, { headers: { accept: 'text/html' } });
    const [, value, href, checked] =
      /name="feedback"[^>]*value="([^"]*)"[^>]*>\s*<a class="toggle[^>]*href="([^"]*)"[^>]*aria-checked="([^"]*)"/.exec(
        text,
      ) ?? [];
    expect([value !== '0', checked]).toEqual([now === 'on', String(now === 'on')]);
    expect(href?.replaceAll('&amp;', '&')).toBe(`/?q=softmax${then && '&'}${then}`);
  });

  test('a preset is shown as active at the URL that it links to', async () => {
    for (const path of ['/?q=softmax&words=0', '/?q=softmax&content=0&feedback=1']) {
      const { text } = await server.ask(path, { headers: { accept: 'text/html' } });
      expect(text).not.toContain('class="preset active"');
      const links = [...text.matchAll(/class="preset[^"]*" href="([^"]*)"/g)];
      expect(links).toHaveLength(2);
      for (const [, link = ''] of links) {
        const href = link.replaceAll('&amp;', '&');
        const there = (await server.ask(href, { headers: { accept: 'text/html' } })).text;
        expect(there, href).toContain(`class="preset active" href="${link}"`);
      }
    }
  });

  test.each(['en', 'ko'])(
    'the equation is above the picture, and textbook mode is one link away, in %s',
    async (lang) => {
      const read = async (path: string) =>
        (await server.ask(path, { headers: { accept: 'text/html' } })).text.replaceAll('&amp;', '&');
      const equationOf = (html: string) =>
        (/<p class="equation">([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '').replace(/<[^>]*>/g, '');
      const [logit, sum, score, weight, output] =
        lang === 'en'
          ? ['logit', 'Σ coefficient · score + bias', 'score', 'weight', 'output']
          : ['로짓', 'Σ 계수 · 점수 + 편향', '점수', '가중치', '출력'];
      const rest = `${weight} = softmax([${logit}, 0] ÷ T) ${output} = Σ ${weight} · V`;
      const equations = `${logit} = ${sum} ${rest}`;
      expect(equationOf(await read(`/?lang=${lang}`))).toBe(equations);
      const whole = await read(`/?q=softmax&lang=${lang}`);
      expect(equationOf(whole)).toBe(equations);
      const linkOf = (html: string) =>
        /class="caption">[\s\S]*?href="([^"]*)" data-swap/.exec(html)?.[1] ?? '';
      const textbook = await read(linkOf(whole));
      const { attention, results } = engine.search('softmax', { heads: { content: 0, words: 0 } });
      const [a, bias] = [plain(attention.heads.title ?? 0, 2), plain(Math.abs(attention.bias), 2)];
      const sign = attention.bias < 0 ? '−' : '+';
      expect(equationOf(textbook)).toBe(`${logit} = ${a} · ${score}(Q, K) ${sign} ${bias} ${rest}`);
      for (const { scores, logit } of results)
        expect(Number(a) * (scores.title ?? 0) + Number(`${sign === '+' ? '' : '-'}${bias}`)).toBeCloseTo(
          logit,
          1,
        );
      expect(equationOf(await read(linkOf(textbook)))).toBe(equations);
    },
  );

  test('the number of documents that hold the attention has a singular and a plural', async () => {
    const texts = async (path: string) => (await open(path)).texts('data-mass-text');
    expect(await texts('/?q=softmax&temperature=0.01&lang=en')).toEqual([
      '1 document holds 90% of the documents’ weight',
    ]);
    expect((await texts('/?q=softmax&temperature=100&lang=en'))[0]).toMatch(/^\d+ documents hold 90% /);
    expect((await texts('/?q=softmax&temperature=100&lang=ko'))[0]).toMatch(/^문서 \d+개가 .*90%\u2060를/);
  });

  test('shows the passage of the API, and marks its matches', async () => {
    const { text } = await server.ask('/?q=oven+dough', { headers: { accept: 'text/html' } });
    const marked = [...text.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, word]) => word);
    const { results } = engine.search('oven dough');
    const matched = results.flatMap(({ passage }) =>
      passage.matches.map(([a, b]) => passage.text.slice(a - passage.start, b - passage.start)),
    );
    expect(matched).toEqual(expect.arrayContaining(['oven', 'dough']));
    expect(marked).toEqual(matched);
    expect(readPage(text).texts('class', 'passage')).toEqual(results.map(({ passage }) => passage.text));
  });

  test('shows the results that hold the attention in full, at least the first, and folds the others', async () => {
    const folded = async (path: string) => {
      const page = await open(path);
      return page
        .values('class', 'li')
        .filter((name) => /^result\b/.test(name))
        .map((name) => /folded/.test(name));
    };
    expect(await folded('/?q=softmax&temperature=0.5&why=kimchi')).toEqual([
      false,
      ...[true, true, true, true, true, true, true],
      false, // the document of "why not"
    ]);
    for (const temperature of [1.5, 2.2, 100]) {
      const { results, attention } = engine.search('softmax', { temperature });
      let before = 0;
      const little = results.map(({ rank, weight }) => {
        const isHeld = before >= 0.9 * (1 - attention.nothing.weight);
        before += weight;
        return rank > 1 && ((rank > 3 && isHeld) || weight < 0.02);
      });
      expect(await folded(`/?q=softmax&temperature=${temperature}`)).toEqual(little);
    }
    const { text } = await server.ask('/?q=softmax&temperature=0.5', { headers: { accept: 'text/html' } });
    expect(text.match(/<details class="more">/g)).toHaveLength(7);
  });

  test('shows where a passage is cut, and in each row the sentence that answers', async () => {
    const long = Engine.open();
    const filler = 'Nothing of interest is said in here, again and again. '.repeat(30);
    await long.index([
      { uri: 'a', title: 'Notes', format: 'text', content: `${filler}A zebra eats grass all day. ${filler}` },
      { uri: 'b', title: 'Zebra', format: 'text', content: 'A short note. It has a zebra in it.' },
    ]);
    const other = await serve(long);
    const { text } = await other.ask('/?q=zebra', { headers: { accept: 'text/html' } });
    const page = readPage(text);
    expect(
      page
        .values('class', 'p')
        .filter((name) => /^passage/.test(name))
        .sort(),
    ).toEqual(['passage', expect.stringMatching(/cut/)]);
    expect(page.texts('class', 'value').slice(0, 2).sort()).toEqual([
      'A zebra eats grass all day.',
      'It has a zebra in it.',
    ]);
    await other.close();
    long.close();
  });

  test('each word of the query has one chip, and chips beyond a dozen are folded', async () => {
    const chips = async (q: string) => {
      const { text } = await server.ask(`/?q=${encodeURIComponent(q)}&lang=en`, {
        headers: { accept: 'text/html' },
      });
      const [before = '', after = ''] = text.split('<details class="more-words"');
      const count = (html: string) => html.match(/class="word /g)?.length ?? 0;
      return { shown: count(before), folded: count(after), says: /(\d+) more<\/summary>/.exec(after)?.[1] };
    };
    expect(await chips('softmax Softmax weights SOFTMAX')).toEqual({ shown: 2, folded: 0 });
    const { text } = await server.ask('/?q=softmax+weights+Softmax');
    const [words = ''] = /<div class="words" id="words"[\s\S]*?<\/div>/.exec(text) ?? [];
    expect(Array.from(words.matchAll(/data-swap>([^<]+)</g), ([, word]) => word)).toEqual([
      'softmax',
      'weights',
    ]);
    const letters = Array.from({ length: 15 }, (_, i) => `word${i}`).join(' ');
    expect(await chips(letters)).toEqual({ shown: 12, folded: 3, says: '3' });
    expect(await chips(`${letters} ${letters}`)).toEqual({ shown: 12, folded: 3, says: '3' });
    const off = await server.ask(`/?q=${encodeURIComponent(letters)}&without=word14`);
    expect(off.text).toMatch(/<details class="more-words" open>/);
  });

  test('a sentence of the answer cites its source, whether listed or not', async () => {
    const { answer, results } = engine.search('softmax weights and the key', { limit: 10, temperature: 3 });
    const ranks = answer.sentences.map(({ document }) => results.find(({ id }) => id === document)?.rank);
    expect(Math.max(...ranks.map(Number))).toBeGreaterThan(1);
    const page = await open('/?q=softmax+weights+and+the+key&limit=1&temperature=3');
    const cited = page.texts('class', 'cite');
    expect(cited.map((text) => Number.parseInt(text, 10))).toEqual(ranks);
    for (const [i, { document }] of answer.sentences.entries())
      expect(cited[i]).toContain(engine.document(document).title);
    expect(page.texts('class', 'cite-key')).toEqual(['source · share']);
  });

  test('a property that answers stands in the answer and in the column of values, a list with all its values', async () => {
    const cook = Engine.open();
    const properties = ['cabbage', 'tofu'].map((value) => ({ name: 'Ingredients', value }));
    await cook.index([
      {
        uri: 'a',
        title: 'Kimchi stew',
        format: 'text',
        content: 'Fry it, then boil it for a while.',
        properties,
      },
      { uri: 'b', title: 'Bread', format: 'text', content: 'Dough needs salt, water and a cold night.' },
    ]);
    const other = await serve(cook);
    const { text } = await other.ask('/?q=kimchi+stew+ingredients&lang=en', {
      headers: { accept: 'text/html' },
    });
    const [list = ''] = /<ul class="answering"[\s\S]*?<\/ul>/.exec(text) ?? [];
    expect(list).toContain('aria-label="Properties of the documents"');
    expect(list).toContain('<mark>Ingredients</mark>: cabbage, tofu');
    expect(list).toMatch(/href="\/documents\/1\?q=kimchi[^"]*" title="Kimchi stew">1/);
    expect(text).not.toContain('class="blend"');
    expect(readPage(text).texts('class', 'value')[0]).toBe('Ingredients: cabbage');
    await other.close();
    cook.close();
  });

  test('texts of a document have its lang attribute, for screen readers', async () => {
    const { text } = await server.ask('/?q=softmax+%EC%8A%A4%EB%A0%88%EB%93%9C&lang=en&temperature=3', {
      headers: { accept: 'text/html' },
    });
    for (const [title, language] of [
      ['프로세스와 스레드', 'ko'],
      ['Softmax', 'en'],
    ] as const) {
      expect(text).toMatch(new RegExp(`<a class="key"[^>]*lang="${language}"[^>]*><bdi>${title}</bdi>`));
      expect(text.replace(/<\/?mark>/g, '')).toMatch(
        new RegExp(`<h3[^>]*lang="${language}"[^>]*><a[^>]*><bdi>${title}</bdi>`),
      );
    }
    for (const [, language, sentence = ''] of text.matchAll(
      /<bdi lang="(\w+)">([^<]*)<\/bdi> <a class="cite"/g,
    ))
      expect(language, sentence).toBe(/[가-힣]/.test(sentence) ? 'ko' : 'en');
    expect(text.match(/<bdi lang="/g)?.length).toBeGreaterThan(1);
    expect(text).toMatch(/<span class="value" lang="ko">/);
  });

  test('answers "why not" with the row of a document that is not listed', async () => {
    const page = await open('/?q=softmax&limit=1&why=kimchi');
    const [, id] = page.values('data-result', 'li');
    const { logit, title } = (await server.ask(`/api/documents/${id}/explanation?q=softmax`)).json() as {
      logit: number;
      title: string;
    };
    expect(title).toBe('Kimchi stew');
    expect(page.values('data-logit').map(Number)[1]).toBe(logit);
  });
});

describe('the language', () => {
  test.each<[string, string | undefined, string]>([
    ['/', undefined, 'en'],
    ['/', 'ko', 'ko'],
    ['/', 'ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['/', 'en-GB,en;q=0.9,ko;q=0.8', 'en'],
    ['/', 'ko;q=0.3, en;q=0.7', 'en'],
    ['/', 'fr, ko;q=0.5', 'ko'],
    ['/', 'ko;q=0', 'en'],
    ['/', 'fr, *;q=0.1', 'en'],
    ['/', ';;q=,,=', 'en'],
    ['/?lang=en', 'ko', 'en'],
    ['/?lang=ko', 'en', 'ko'],
    ['/?lang=', 'ko', 'ko'],
    ['/documents?lang=ko', 'en', 'ko'],
    ['/map?lang=ko&q=a', 'en', 'ko'],
    ['/documents/1?lang=ko', 'en', 'ko'],
  ])('of %s for a reader of %s is %s', async (path, accept, language) => {
    const headers = accept === undefined ? {} : { 'accept-language': accept };
    expect((await open(path, headers)).language).toBe(language);
  });

  test('changes the words, not the numbers', async () => {
    const english = await open('/?q=softmax&lang=en');
    const korean = await open('/?q=softmax&lang=ko');
    expect(korean.values('data-logit')).toEqual(english.values('data-logit'));
    expect(korean.texts('data-weight')).toEqual(english.texts('data-weight'));
    expect(korean.texts('type', 'submit')).not.toEqual(english.texts('type', 'submit'));
  });

  test('chosen by hand stays chosen on every page that is linked', async () => {
    const { links } = await open('/?q=softmax&lang=ko');
    const pages = links.filter((href) => !href.startsWith('/api/') && !href.startsWith('/assets/'));
    expect(pages.length).toBeGreaterThan(5);
    const other = pages.filter((href) => !href.includes('lang=ko'));
    expect(other).toEqual([pages.find((href) => href.includes('lang=en'))]);
  });

  test.each([
    '/?q=softmax&limit=1&folder=x&why=kimchi',
    '/map?q=softmax%0Akimchi&title=0',
    '/documents?find=o&sort=title&page=1&language=en',
    '/documents/1?q=softmax&start=8&end=12&view=text',
    '/documents/1/self-attention?scaling=temperature&temperature=1&sentence=0',
    '/documents/1/words?q=softmax&temperature=2',
    '/documents/map?q=softmax&limit=3&in=1',
  ])('switched on %s changes nothing else', async (path) => {
    const { links } = await open(path);
    const asked = new URL(path, server.url);
    for (const lang of ['en', 'ko']) {
      const href = links.find((link) => {
        const there = new URL(link, server.url);
        return there.pathname === asked.pathname && there.searchParams.get('lang') === lang;
      });
      const { searchParams } = new URL(href ?? '/nowhere', server.url);
      searchParams.delete('lang');
      expect(Object.fromEntries(searchParams), href).toEqual(Object.fromEntries(asked.searchParams));
    }
  });
});

test.each([
  '/documents',
  '/documents?language=ko',
  '/documents?find=o&sort=title&language=en',
  '/documents?page=2',
])('%s lists the same documents as the JSON it links to', async (path) => {
  const { values } = await open(path);
  const json = values('href', 'link').find((href) => href.startsWith('/api/documents')) ?? '';
  const { documents } = (await server.ask(json)).json() as { documents: { id: number }[] };
  const listed = values('href', 'a').flatMap((href) => /^\/documents\/(\d+)/.exec(href)?.[1] ?? []);
  expect(listed.map(Number)).toEqual(documents.map(({ id }) => id));
});

test('the page on self-attention links to JSON with the same settings', async () => {
  const { values } = await open('/documents/1/self-attention?scaling=none&sentence=0');
  const json = values('href', 'link').find((href) => href.startsWith('/api/')) ?? '';
  expect((await server.ask(json)).json()).toMatchObject({ of: 'words', scaling: 'none' });
});

test('the footer says in the language of the page when the index was made', async () => {
  const { text } = await server.ask('/?lang=ko');
  expect(text).toMatch(/\d+\. \d+\. \d+\. 오[전후] \d+:\d\d에 색인/);
  expect((await server.ask('/?lang=en')).text).toMatch(/indexed \w+ \d+, \d+, \d+:\d\d\s[AP]M/);
});

describe('every page', () => {
  const PAGES = [
    '/',
    '/?q=softmax+weights&temperature=2&title=0&without=softmax&limit=3&lang=ko&why=moon',
    '/documents',
    '/documents?find=moon&lang=ko',
    '/documents/1',
    '/documents/1?q=softmax&temperature=2&start=0&end=7',
    '/documents/1/words?q=softmax+weights&temperature=2',
    '/map',
    '/map?q=softmax%0Akimchi&temperature=2&title=0',
  ];

  test.each(PAGES)('%s has links and forms that all lead somewhere', async (path) => {
    const { links, forms } = await open(path);
    expect(links.length).toBeGreaterThan(4);
    for (const href of [...links, ...forms]) {
      const { status, text } = await server.ask(href, { headers: { accept: '*/*' } });
      expect(status, `${href}: ${text.slice(0, 300)}`).toBe(200);
    }
  });

  test.each(PAGES)('%s has no script and no style that the policy forbids', async (path) => {
    expect((await open(path)).inline).toEqual([]);
  });
});

test('a form keeps what was set elsewhere on the page', async () => {
  const { forms } = await open('/?q=softmax&temperature=2&title=0&without=weights&limit=3&lang=ko');
  expect(forms.length).toBeGreaterThanOrEqual(3);
  for (const form of forms) {
    const parameters = new URL(form, server.url).searchParams;
    expect(Object.fromEntries(parameters), form).toMatchObject({
      q: 'softmax',
      temperature: '2',
      title: '0',
      limit: '3',
      lang: 'ko',
    });
  }
});

test('a document is shown whole, with the passage that the link points to set apart', async () => {
  const { content, id } = engine.document(1);
  const { text } = await server.ask(`/documents/${id}?start=8&end=12`, { headers: { accept: 'text/html' } });
  expect(readPage(text).texts('id', 'passage')).toEqual([content]);
  expect(readPage(text).texts('class', 'body')).toEqual([content]);
});

test('a page of many results yields to other requests after each result', () => {
  const state = { ...PLAIN_STATE, q: 'softmax weights', limit: 100 };
  const steps = searchPage(engine, state, '', 'en', translator('en'));
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses++;
  // After each document read for the answer, and for each result when it is found and when it is rendered.
  expect(pauses).toBeGreaterThanOrEqual(2 * NOTES.length);
});

test.each([
  ['/?q=softmax&temperature=1.23', 2],
  ['/api/search?q=softmax&limit=11', 2],
  ['/api/search?q=softmax&mass=0.9', 2],
  ['/api/search?q=softmax&limit=10', 1],
])('if searching is slow, %s is answered in at least %i turns of the event loop', async (path, goes) => {
  const attending = vi.spyOn(engine, 'attend').mockImplementation((...asked) => {
    for (const end = performance.now() + 20; performance.now() < end; );
    return Engine.prototype.attend.apply(engine, asked);
  });
  const going = vi.spyOn(engine, 'snapshot');
  expect((await server.ask(path)).status).toBe(200);
  expect(going.mock.calls.length).toBeGreaterThanOrEqual(goes);
  if (goes === 1) expect(going).toHaveBeenCalledTimes(1);
  attending.mockRestore();
  going.mockRestore();
});

test('a client that disconnects while another page is drawn in slices costs no more work', async () => {
  let attended = 0;
  const attending = vi.spyOn(engine, 'attend').mockImplementation((...asked) => {
    attended++;
    for (const end = performance.now() + 20; performance.now() < end; );
    return Engine.prototype.attend.apply(engine, asked);
  });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const pages = Array.from({ length: 12 }, (_, i) => `/?q=softmax&temperature=1.4${i + 1}`);
  socket.write(pages.map((page) => `GET ${page} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
  await vi.waitFor(() => expect(attended).toBeGreaterThan(1));
  socket.destroy();
  expect((await server.ask('/?q=softmax&temperature=1.39')).status).toBe(200);
  attending.mockRestore();
  expect(attended).toBeLessThan(8);
});
