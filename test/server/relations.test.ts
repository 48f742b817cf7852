import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { wordsSelfAttention } from '../../lib/explain/relations.ts';
import { widthOf } from '../../lib/quotable.ts';
import { packageFile } from '../../lib/root.ts';
import { percent } from '../../server/views/numbers.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { readPage, withoutLanguages } from '../support/page.ts';
import { serve, type TestServer } from '../support/server.ts';

/** Recomputes relations from the numbers of the API alone, following docs/api.md. */
let engine: Engine;
let server: TestServer;
let id = 0;
beforeAll(async () => {
  engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  server = await serve(engine);
  id = engine.search('self-attention', { heads: { words: 0, content: 0 } }).results[0]?.id ?? 0;
});
afterAll(async () => {
  await server.close();
  engine.close();
});

const get = async <T>(path: string): Promise<T> => {
  const answer = await server.ask(path);
  expect(answer.status, answer.text.slice(0, 200)).toBe(200);
  return answer.json() as T;
};
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
function softmax(logits: readonly number[]): number[] {
  const exps = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return exps.map((e) => e / sum(exps));
}

interface Worked {
  unit: number;
  sum: number;
  keys: {
    product: number;
    scaled: number;
    exp: number;
    weight: number;
    weights: Record<string, number>;
    value: number[];
    after: number;
  }[];
  output: number[];
  terms: { term: string; weight: number; query: number }[];
}

interface Self {
  of: string;
  scaling: string;
  dimension: number;
  row: Worked | null;
  units: { text: string; start: number; end: number; number: number }[];
  leftOut: number;
  divisor: number;
  cosines: number[][];
  weights: number[][];
  received: number[];
}

describe('self-attention', () => {
  const path = () => `/api/documents/${id}/self-attention`;

  test.each(['scaling=sqrt', 'scaling=none', 'scaling=temperature&temperature=0.3', 'sentence=2'])(
    'with %s every row is the softmax of its dot products, and sums to 1',
    async (parameters) => {
      const { units, cosines, weights, divisor, received } = await get<Self>(`${path()}?${parameters}`);
      const dimension = Number(/^lsa-(\d+)/.exec(engine.status().embedder)?.[1]);
      const content = engine.document(id).content;
      expect(units.length).toBeGreaterThan(3);
      for (const { text, start, end } of units) expect(content.slice(start, end)).toBe(text);
      weights.forEach((row, i) => {
        expect(sum(row)).toBeCloseTo(1, 9);
        const expected = softmax(cosines[i]!.map((cosine) => (dimension * cosine) / divisor));
        row.forEach((weight, j) => {
          expect(weight).toBeCloseTo(expected[j]!, 9);
          expect(cosines[i]![j]).toBeCloseTo(cosines[j]![i]!, 12);
        });
      });
      received.forEach((share, j) => {
        const others = weights.filter((_, i) => i !== j).map((row) => row[j]!);
        expect(share).toBeCloseTo(sum(others) / others.length, 9);
      });
    },
  );

  test.each(['', '?scaling=temperature&temperature=0.25&row=2', '?scaling=none&row=0', '?sentence=2&row=1'])(
    'the row%s can be recomputed from its vectors to its output',
    async (parameters) => {
      const self = await get<Self>(path() + parameters);
      const { unit, keys, sum: all, output, terms } = self.row!;
      const { dimension, divisor, cosines, weights, scaling } = self;
      const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((one, i) => one * b[i]!));
      const query = keys[unit]!.value;
      expect(query).toHaveLength(dimension);
      expect(all).toBeCloseTo(sum(keys.map(({ exp }) => exp)), 9);
      const most = Math.max(...keys.map(({ scaled }) => scaled));
      const shares = (by: number) => softmax(keys.map(({ product }) => product / by));
      const by = { sqrt: Math.sqrt(dimension), temperature: dimension * 0.1, none: 1 };
      if (parameters.includes('0.25')) by.temperature = dimension * 0.25;
      keys.forEach((key, j) => {
        expect(key.product).toBeCloseTo(dot(query, key.value), 3);
        expect(key.product).toBeCloseTo(dimension * cosines[unit]![j]!, 9);
        expect(key.scaled).toBeCloseTo(key.product / divisor, 9);
        expect(key.exp).toBeCloseTo(Math.exp(key.scaled - most), 9);
        expect(key.weight).toBeCloseTo(key.exp / all, 9);
        expect(key.weight).toBe(weights[unit]![j]);
        expect(key.weights[scaling]).toBe(key.weight);
        for (const [name, s] of Object.entries(by)) expect(key.weights[name]).toBeCloseTo(shares(s)[j]!, 9);
        const length = Math.sqrt(dot(output, output));
        expect(key.after).toBeCloseTo(dot(output, key.value) / length / Math.sqrt(dimension), 4);
      });
      output.forEach((one, i) => {
        expect(one).toBeCloseTo(sum(keys.map(({ weight, value }) => weight * value[i]!)), 4);
      });
      expect(terms.length).toBeGreaterThan(3);
      const pull = terms.map(({ weight }) => weight);
      expect(pull).toEqual(pull.toSorted((a, b) => b - a));
      if (scaling === 'none')
        for (const { weight, query: before } of terms) expect(weight).toBeCloseTo(before, 2);
    },
  );

  test('without scaling a sentence attends almost only to itself; divided by √d, to others as well', async () => {
    const diagonal = ({ weights }: Self) => sum(weights.map((row, i) => row[i]!)) / weights.length;
    const raw = diagonal(await get<Self>(`${path()}?scaling=none`));
    const scaled = diagonal(await get<Self>(`${path()}?scaling=sqrt`));
    const flat = diagonal(await get<Self>(`${path()}?scaling=temperature&temperature=100`));
    expect(raw).toBeGreaterThan(0.99);
    expect(scaled).toBeLessThan(raw);
    expect(flat).toBeLessThan(scaled);
  });

  test('related words of a sentence attend to each other', async () => {
    const notes = Engine.open();
    const about = [
      '동물이 먹이를 먹는다.',
      '먹이를 찾는 동물은 굶지 않는다.',
      '기차는 역에서 출발한다.',
      '역에는 기차가 많다.',
    ];
    await notes.index(about.map((text, i) => textDocument(`노트 ${i}`, text, String(i))));
    const other = await serve(notes);
    const { units, weights } = (await other.ask('/api/documents/1/self-attention?sentence=0')).json() as Self;
    expect(units.map(({ text }) => text)).toEqual(['동물이', '먹이를', '먹는다']);
    expect(weights[0]![1]).toBeGreaterThan(1 / 4);
    await other.close();
    notes.close();
  });

  test('a sentence that the embedding knows no word of is left out, and the page says so', async () => {
    const notes = Engine.open();
    const about = [
      'Bees make honey. (Why? Honey feeds the bees. Who is it?',
      'Bees like honey.',
      'Trains run. Trains stop.',
    ];
    await notes.index(about.map((text, i) => textDocument(`Note ${i}`, text, String(i))));
    const other = await serve(notes);
    const path = '/documents/1/self-attention';
    const { units, leftOut, weights } = (await other.ask(`/api${path}`)).json() as Self;
    expect(units.map(({ text, number }) => [number, text])).toEqual([
      [0, 'Bees make honey.'],
      [2, 'Honey feeds the bees.'],
    ]);
    expect([leftOut, weights.length]).toEqual([2, 2]);
    const html = (await other.ask(path)).text;
    expect(html).toContain('Left out, as the embedding knows none of their words: 2.');
    expect((await other.ask(`${path}?row=1`)).text).toContain('sentence=2');
    expect((await other.ask(`${path}?lang=ko`)).text).toContain('임베딩이 아는 단어가 없어 뺀 것: 2개.');
    expect((await other.ask('/documents/2/self-attention')).text).not.toContain('Left out');
    await other.close();
    notes.close();
  });

  test('words that are the same term to the embedding are listed once, in the form that comes first', async () => {
    const notes = Engine.open();
    await notes.index(
      ['사용이 쉬운 기능', '사용하지 않는 기능'].map((text, i) => textDocument(text, text, String(i))),
    );
    const { words, weights } = wordsSelfAttention(notes, '기능은 사용이 쉽고, 사용하지 않는 기능을 who');
    expect(words.slice(0, 2)).toEqual(['기능은', '사용이']);
    expect(words).not.toContain('사용하지');
    expect(weights).toHaveLength(words.length);
    notes.close();
  });

  test('a long document attends by passages, so that the map stays small', async () => {
    const long = Engine.open();
    const text = Array.from(
      { length: 300 },
      (_, i) => `Sentence number ${i} speaks of subject ${i % 7}.`,
    ).join(' ');
    await long.index([textDocument('Long', text), textDocument('Other', 'Something else entirely.')]);
    const other = await serve(long);
    const { of, units } = (await other.ask('/api/documents/1/self-attention')).json() as Self;
    expect(of).toBe('passages');
    expect(units.length).toBeLessThanOrEqual(80);
    await other.close();
    long.close();
  });

  describe('where a document attends by passages', () => {
    const pages = async () => {
      const long = Engine.open();
      const part = (i: number) =>
        `- 힙 ${i}번을 만든다.\n\n${`루트 ${i}번을 마지막 노드와 바꾸고 다시 힙을 만든다. `.repeat(5)}\n\n    void heapify${i}(int n) {\n        swap(n);\n    }`;
      const text = Array.from({ length: 30 }, (_, i) => part(i)).join('\n\n');
      await long.index([textDocument('힙 정렬', text), textDocument('Other', 'Something else entirely.')]);
      const other = await serve(long);
      const page = async (search: string) =>
        withoutLanguages((await other.ask(`/documents/1/self-attention?${search}`)).text);
      const both = { en: await page('lang=en'), ko: await page('lang=ko') };
      const words = { en: await page('lang=en&sentence=0'), ko: await page('lang=ko&sentence=0') };
      await other.close();
      long.close();
      return { both, words };
    };

    test('the page shows their beginnings, each on one line, and links to the whole', async () => {
      const { en } = (await pages()).both;
      const [, list = ''] = /<ol class="most">([\s\S]*?)<\/ol>/.exec(en) ?? [];
      const shown = Array.from(list.matchAll(/<a href="[^"]*start=\d+[^"]*">([^<]*)/g), ([, text]) => text);
      const quoted = /<blockquote><bdi><a href="[^"]*start=\d+[^"]*">([^<]*)<\/a><\/bdi>/.exec(en)?.[1];
      expect(shown).toHaveLength(3);
      for (const text of [...shown, quoted]) {
        expect(text).toMatch(/^[^\n]{70,}…$/);
        expect(widthOf(text ?? '')).toBeLessThanOrEqual(160);
      }
      expect(shown.join(' ')).toMatch(/만든다\. · /);
    });

    test('the page calls them passages wherever it names them, and its words are of a whole document', async () => {
      const { both, words } = await pages();
      expect(both.en).toContain('its passages stand for its sentences');
      expect(both.ko).toContain('문장 대신 구절');
      expect(both.en.replace('its passages stand for its sentences', '')).not.toMatch(/sentence|heading/i);
      expect(both.ko.replace('문장 대신 구절', '')).not.toMatch(/문장|제목/);
      expect(both.en).toContain('The passages that others look at most');
      expect(both.ko).toContain('가장 많이 주목받는 구절');
      expect(words.en).toContain('>The whole document</a>');
      expect(words.ko).toContain('>문서 전체</a>');
      expect(words.en).toContain('Worked out below is the one most like the others.');
      for (const html of Object.values(words)) expect(html).not.toMatch(/headings and questions|제목과 질문/);
    });
  });

  test('a book attends by its first passages, and is not read to its end to find them', async () => {
    const books = Engine.open();
    const sentence = 'The moon pulls on seas and rivers. ';
    await books.index([
      textDocument('Book', sentence.repeat(20_000)),
      textDocument('Line', 'moon '.repeat(60_000), 'line'),
      textDocument('Far', `${'Moons rise. '.repeat(16_700)}Nobody reads this far.`, 'far'),
    ]);
    const other = await serve(books);
    const self = async (path: string) => (await other.ask(`/api/documents/${path}`)).json() as Self;
    const book = await self('1/self-attention');
    expect([book.of, book.units.length, book.units[0]?.start]).toEqual(['passages', 80, 0]);
    // A text that is one endless sentence is not split into sentences.
    expect((await self('2/self-attention')).of).toBe('passages');
    expect((await self('3/self-attention?sentence=16665')).units.map(({ text }) => text)).toEqual([
      'Moons',
      'rise',
    ]);
    const beyond = await other.ask('/api/documents/3/self-attention?sentence=16700');
    expect(beyond.json()).toMatchObject({ detail: expect.stringMatching(/from 0 to 166\d\d, got 16700/) });
    await other.close();
    books.close();
  });

  test('a picture by itself is not a sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qkv-pictures-'));
    const markdown = [
      '# Tides\n\nThe moon pulls on seas.\n\n![img](a.png)\n\nRivers feel it less. img is what I call it.',
      '- ![img](b.png)\n- [![a badge](c.svg)](https://example.org)\n\n<img src="d.png" alt="by <hand>">',
      'Twice a day the harbour fills.',
    ].join('\n\n');
    writeFileSync(join(folder, 'Tides.md'), markdown);
    const notes = Engine.open();
    await notes.sync([folder]);
    const other = await serve(notes);
    const { units } = (await other.ask('/api/documents/1/self-attention')).json() as Self;
    expect(units.map(({ text }) => text)).toEqual([
      'The moon pulls on seas.',
      'Rivers feel it less.',
      'img is what I call it.',
      'Twice a day the harbour fills.',
    ]);
    // The page numbers the sentences as the API does.
    const page = (await other.ask('/documents/1/self-attention?sentence=1')).text;
    expect(withoutLanguages(page)).toContain('<blockquote><bdi>Rivers feel it less.</bdi></blockquote>');
    await other.close();
    notes.close();
    rmSync(folder, { recursive: true });
  });

  test('the row worked out by default is a full sentence, and is shown without its list marker', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qkv-rows-'));
    const markdown = [
      '# Planets\n\n## Planet, moons and ring',
      '| planet | moons | ring |\n| --- | --- | --- |\n| planet Mars | two moons | no ring |\n| planet Saturn | many moons | a ring |',
      '## Which planet has moons and a ring?',
      '- Saturn is a planet with many moons.\n- A ring of ice goes around it.\n\nSo far for tonight, says the astronomer.',
    ].join('\n\n');
    writeFileSync(join(folder, 'Planets.md'), markdown);
    const notes = Engine.open();
    await notes.sync([folder]);
    await notes.index(NOTES);
    const other = await serve(notes);
    const { units, row, cosines } = (await other.ask('/api/documents/1/self-attention')).json() as Self;
    const sums = cosines.map((cosines) => cosines.reduce((sum, cosine) => sum + cosine, 0));
    const most = units[sums.indexOf(Math.max(...sums))]?.text ?? '';
    expect(most).not.toMatch(/\.$/); // a heading or the names of the columns have most in common with the others
    expect(units[row?.unit ?? -1]?.text).toBe('- Saturn is a planet with many moons.');
    const page = (await other.ask('/documents/1/self-attention')).text;
    expect(page.indexOf('id="most-title"'), 'the outcome comes before the long tables').toBeLessThan(
      page.indexOf('id="row"'),
    );
    expect(withoutLanguages(page)).toContain(
      '<blockquote><bdi>Saturn is a planet with many moons.</bdi></blockquote>',
    );
    expect(page).not.toMatch(/>\s*(?:\d+ )?- /);
    const words = (await other.ask(`/documents/1/self-attention?sentence=${row?.unit}`)).text;
    expect(withoutLanguages(words)).toContain(
      '<blockquote><bdi>Saturn is a planet with many moons.</bdi></blockquote>',
    );
    await other.close();
    notes.close();
    rmSync(folder, { recursive: true });
  });

  test('a document without sentences says so', async () => {
    const empty = Engine.open();
    await empty.index([textDocument('Only a title', '')]);
    const other = await serve(empty);
    expect((await other.ask('/api/documents/1/self-attention')).json()).toMatchObject({ units: [] });
    const answer = await other.ask('/api/documents/1/self-attention?sentence=0');
    expect(answer.json()).toMatchObject({
      code: 'INVALID_PARAMETER',
      detail: 'Document 1 has no sentences. Leave sentence out.',
    });
    expect((await other.ask('/documents/1/self-attention?sentence=0')).status).toBe(400);
    await other.close();
    empty.close();
  });

  test('where there is nothing to attend to, the divisor is still √d, and the page shows no arithmetic', async () => {
    const notes = Engine.open();
    await notes.index(
      ['Bees make honey. Why? Is it so?', '', 'Bees like honey.'].map((text, i) =>
        textDocument(`Note ${i}`, text, String(i)),
      ),
    );
    const other = await serve(notes);
    const dimension = Number(/^lsa-(\d+)/.exec(notes.status().embedder)?.[1]);
    expect(dimension).toBeGreaterThan(1);
    for (const path of ['1/self-attention?sentence=1', '2/self-attention', '3/self-attention']) {
      const { units, divisor } = (await other.ask(`/api/documents/${path}`)).json() as Self;
      expect(units.length, path).toBeLessThan(2);
      expect(divisor, path).toBe(Math.sqrt(dimension));
      const html = (await other.ask(`/documents/${path}`)).text;
      expect(html).toContain('This text is too short to attend to itself.');
      for (const arithmetic of ['√', 'softmax', 'What receives most']) expect(html).not.toContain(arithmetic);
    }
    await other.close();
    notes.close();
  });

  test.each([
    ['scaling=cubed', 'scaling to be one of sqrt, temperature, none; got "cubed"'],
    ['temperature=0', 'temperature to be a number from'],
    ['sentence=9999', 'sentence to be a whole number from 0 to'],
    ['sentence=-1', 'sentence to be a whole number'],
    ['row=9999', 'row to be a whole number from 0 to'],
    ['row=1.5', 'row to be a whole number'],
  ])('%s is refused', async (parameters, detail) => {
    const answer = await server.ask(`${path()}?${parameters}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
  });

  test.each(['row', 'sentence'])(
    'the range of %s is that of the document, whatever is wrong',
    async (name) => {
      const details = ['-1', '9999', '1.5', '1e12'].map(async (value) => {
        const { detail } = (await server.ask(`${path()}?${name}=${value}`)).json() as { detail: string };
        return detail.replace(/, got .*/, '');
      });
      const [first, ...others] = await Promise.all(details);
      expect(first).toMatch(new RegExp(`^Expected ${name} to be a whole number from 0 to \\d{1,2}$`));
      expect(others).toEqual(others.map(() => first));
    },
  );
});

test.each([
  ['', '÷ √dₖ)', '√dₖ = √64 = 8', 8],
  ['&scaling=temperature', '÷ (dₖ · T))', 'dₖ · T = 64 · 0.1 = 6.4', 6.4],
  ['&scaling=none', '÷ 1)', '', 1],
] as const)('the page%s shows how its weights are computed', async (scaling, formula, value, divisor) => {
  const { text } = await server.ask(`/documents/${id}/self-attention?lang=en${scaling}`, {
    headers: { accept: 'text/html' },
  });
  expect(text).toContain(formula);
  expect(text).toContain(value);
  expect(text).toContain('Vectors have dₖ = 64 numbers');
  expect(text).toContain('matrices W<sup>Q</sup>, W<sup>K</sup> and W<sup>V</sup>;');
  const [first = ''] = /<tr><th scope="row">[\s\S]*?<\/tr>/.exec(text) ?? [];
  const cells = Array.from(
    first.matchAll(/: ((?:&[lg]t;)?[\d.]+%) \(q · k = (−?[\d.]+), ÷ ([\d.]+) = (−?[\d.]+)\)"/g),
    ([, share = '', ...numbers]) => [share, ...numbers.map((one) => Number(one.replace('−', '-')))] as const,
  );
  const { weights } = await get<Self>(`/api/documents/${id}/self-attention${scaling.replace('&', '?')}`);
  expect(cells).toHaveLength(weights.length);
  const worked = softmax(cells.map(([, product]) => Number(product) / divisor));
  cells.forEach(([, product, by, scaled], j) => {
    expect(by).toBe(divisor);
    expect(scaled).toBeCloseTo(Number(product) / divisor, 1);
    expect(worked[j]).toBeCloseTo(weights[0]?.[j] ?? Number.NaN, 2);
  });
});

/** The rows of a table of the page, as texts of their cells. */
function rowsOf(html: string, name: string): string[][] {
  const [table = ''] = new RegExp(`<table[^>]*data-${name}[\\s\\S]*?</table>`).exec(html) ?? [];
  return Array.from(table.matchAll(/<tr[\s\S]*?<\/tr>/g), ([row]) =>
    Array.from(row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g), ([, cell = '']) =>
      cell
        .replace(/<[^>]*>/g, '')
        .replace('&lt;', '<')
        .replace('&gt;', '>')
        .replaceAll('&nbsp;', ' ')
        .trim(),
    ),
  );
}
const numberOf = (text: string | undefined) => Number(text?.replace('−', '-').replace(/[%<>]/g, '') || 'NaN');

test.each([
  ['the row most like the others', ''],
  ['a row that was chosen', '&row=3'],
  ['words, in Korean', '&sentence=2&row=1&lang=ko'],
  ['d · T', '&scaling=temperature&row=2'],
  ['no scaling', '&scaling=none&row=2'],
])('a row can be recomputed with a pocket calculator from what the page shows: %s', async (_, parameters) => {
  const path = `/documents/${id}/self-attention?${parameters.slice(1)}`;
  const { text } = await server.ask(path, { headers: { accept: 'text/html' } });
  const { units } = await get<Self>(`/api${path.replace(/&?lang=ko/, '')}`);

  const [head = [], divisors = [], ...scores] = rowsOf(text, 'scores');
  const total = scores.pop() ?? [];
  expect(scores).toHaveLength(units.length);
  const [divisor, shift] = [
    numberOf(head[2]?.slice(1)),
    numberOf(/\(· − ([\d.]+)\)/.exec(head[3] ?? '')?.[1]),
  ];
  expect(shift).toBe(Math.max(...scores.map((cells) => numberOf(cells[2]))));
  const exps = scores.map((cells) => numberOf(cells[3]));
  expect(numberOf(total[3])).toBeCloseTo(sum(exps), 2);
  expect(sum(scores.map((cells) => numberOf(cells[4])))).toBeCloseTo(1, 2);
  for (const [name, product, scaled, exp, weight] of scores) {
    expect(numberOf(scaled), name).toBeCloseTo(numberOf(product) / divisor, 2);
    expect(Math.abs(numberOf(scaled) - numberOf(product) / divisor), name).toBeLessThan(0.00061);
    expect(Math.abs(numberOf(exp) - Math.exp(numberOf(scaled) - shift)), name).toBeLessThan(0.00021);
    expect(Math.abs(numberOf(weight) - numberOf(exp) / numberOf(total[3])), name).toBeLessThan(0.00021);
  }
  expect(divisors).toHaveLength(3);
  divisors.forEach((by, k) => {
    const s = numberOf(/[\d.]+$/.exec(by)?.[0]);
    const worked = softmax(scores.map((cells) => numberOf(cells[1]) / s));
    scores.forEach((cells, j) => {
      const bounded = /[<>]/.test(cells[5 + k] ?? '');
      expect(Math.abs(numberOf(cells[5 + k]) / 100 - worked[j]!)).toBeLessThanOrEqual(
        bounded ? 0.001 : 0.0006,
      );
    });
    if (s === divisor)
      scores.forEach((cells) => {
        expect(numberOf(cells[5 + k]) / 100).toBeCloseTo(numberOf(cells[4]), 2);
      });
  });

  const [, query = [], ...values] = rowsOf(text, 'values');
  const output = values.pop() ?? [];
  expect(values.map(([name]) => name)).toEqual(scores.map(([name]) => name));
  for (let i = 2; i < 8; i++) {
    const blend = sum(values.map((cells) => numberOf(cells[1]) * numberOf(cells[i])));
    expect(Math.abs(numberOf(output[i]) - blend), `number ${i - 1} of the output`).toBeLessThan(0.0125);
  }
  // Q = K = V: the query is among the values, and before attention is nearest to itself.
  const own = values.filter((cells) => cells.slice(2, 8).join() === query.slice(2, 8).join());
  expect(own[0]?.at(-2)).toBe('1.000');
  const gains = values.map((cells) => numberOf(cells.at(-1)) - numberOf(cells.at(-2)));
  const [, from, to] = /(?:was|코사인:) (\d\.\d{3}) (?:and is|→) (\d\.\d{3})/.exec(text) ?? [];
  if (divisor === 1) expect(text).toContain('so that o = q.');
  else expect(Math.abs(numberOf(to) - numberOf(from) - Math.max(...gains))).toBeLessThan(0.0021);
});

test('what the equation uses is defined right below it, and the row is named as one', async () => {
  const page = async (search: string) =>
    (await server.ask(`/documents/${id}/self-attention?lang=en${search}`)).text.replace(/<\/?sup>/g, '');
  const whole = await page('');
  const order = [
    'A = softmax(',
    'Vectors have dₖ = 64 numbers',
    'This is why a row is largest on the diagonal',
    'Scores are divided by',
    'The largest weight of a row is',
    'Softmax is applied to each row',
    'data-heat',
    'Worked out below is the one most like the others',
    'Divided by √dₖ, the dot products',
  ].map((part) => whole.indexOf(part));
  expect(order[0]).toBeGreaterThan(0);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const { row, cosines } = await get<Self>(`/api/documents/${id}/self-attention`);
  expect(whole).toContain(`>q (row ${(row?.unit ?? 0) + 1})</th>`);
  cosines.forEach((cells, i) => {
    expect(Math.max(...cells)).toBeCloseTo(cells[i] ?? 0, 6);
  });
  const chosen = await page('&row=2');
  expect(chosen).toContain('>q (row 3)</th>');
  expect(chosen).not.toContain('Worked out below');
  expect(await page('&sentence=2&row=1')).toMatch(/>q = “[^<]+”<\/th>/);
});

test('a row is chosen by the link of its name, and stays chosen when the scaling changes', async () => {
  const page = async (path: string) => readPage((await server.ask(path)).text);
  const path = `/documents/${id}/self-attention?scaling=sqrt`;
  const { links, values } = await page(path);
  const { units } = await get<Self>(`/api/documents/${id}/self-attention`);
  units.forEach((_, i) => {
    expect(links).toContain(`${path}&row=${i}`);
  });
  expect(values('href', 'a').filter((href) => href.endsWith('&row=2#row'))).toHaveLength(2);
  const chosen = await page(`${path}&row=2`);
  expect(chosen.values('id')).toContain('row');
  expect(chosen.links).toContain(`/documents/${id}/self-attention?scaling=none&row=2`);
  expect(chosen.links).toContain(`/documents/${id}/self-attention?scaling=sqrt&temperature=0.25&sentence=2`);
});

test('the chosen temperature is shown and kept, and lets words attend to each other more than √d does', async () => {
  const path = `/documents/${id}/self-attention`;
  const page = async (parameters: string, language: string) => {
    const { text } = await server.ask(`${path}?lang=${language}&${parameters}`, {
      headers: { accept: 'text/html' },
    });
    return { text, ...readPage(text) };
  };
  for (const [language, label] of [
    ['en', 'dₖ · T, with T = 0.5'],
    ['ko', 'dₖ · T, T = 0.5'],
  ] as const) {
    const { text, links } = await page('scaling=temperature&temperature=0.5&row=3', language);
    expect(text).toContain(label);
    expect(text).toContain('dₖ · T = 64 · 0.5 = 32');
    expect(links).toContain(`${path}?lang=${language}&scaling=sqrt&temperature=0.5&row=3`);
  }
  const words = await page('temperature=0.25&sentence=2', 'en');
  expect(words.text).toContain('dₖ · T, with T = 0.25');
  expect(words.links, 'all sentences').toContain(`${path}?lang=en&scaling=sqrt`);
  const diagonal = async (scaling: string) => {
    const { weights } = await get<Self>(`/api${path}?scaling=${scaling}&temperature=0.25&sentence=2`);
    return sum(weights.map((row, i) => row[i] ?? 0)) / weights.length;
  };
  expect(await diagonal('temperature')).toBeLessThan((await diagonal('sqrt')) - 0.1);
});

test.each(['', 'sentence=2&temperature=0.25'])(
  'the page says how sharp its map is under each divisor: %s',
  async (parameters) => {
    const path = `/documents/${id}/self-attention?${parameters}`;
    const { text } = await server.ask(`${path}&lang=en`, { headers: { accept: 'text/html' } });
    const largest = await Promise.all(
      ['sqrt', 'temperature', 'none'].map(async (scaling) => {
        const { weights } = await get<Self>(`/api${path}&scaling=${scaling}`);
        return percent(sum(weights.map((row) => Math.max(...row))) / weights.length).replace('>', '&gt;');
      }),
    );
    const [sqrt, temperature, none] = largest;
    expect(text).toContain(
      `is ${sqrt} on average when divided by √dₖ, ${temperature} by dₖ · T and ${none} by 1`,
    );
    expect(text).toContain('T is 0.1 unless another is given. Links to words give 0.25,');
    expect(text).not.toContain('too sharp');
  },
);

test('the words of a list item have the words that the page quotes, without the number of the item', async () => {
  const item = '가중치만큼 값을 섞어 출력을 만든다.';
  const notes = Engine.open();
  const rows = `1. 쿼리와 키를 견준다.\n2. 점수를 가중치로 바꾼다.\n3. ${item}`;
  await notes.index([{ uri: 'a', title: '어텐션', content: rows, format: 'text' }]);
  const other = await serve(notes);
  const one = notes.search('어텐션').results[0]?.id;
  const { units } = (await other.ask(`/api/documents/${one}/self-attention?sentence=2`)).json() as Self;
  expect(units.map(({ text }) => text)).toEqual(['가중치만큼', '값을', '섞어', '출력을', '만든다']);
  for (const { text, start, end } of units) expect(`${rows}`.slice(start, end)).toBe(text);
  const { text } = await other.ask(`/documents/${one}/self-attention?sentence=2`, {
    headers: { accept: 'text/html' },
  });
  expect(withoutLanguages(text)).toContain(`<bdi>${item}</bdi>`);
  await other.close();
  notes.close();
});

test('where there are no more passages than directions, the pages of cosines say so, and only there', async () => {
  const saying = 'this library gives the embedding little to learn from';
  const few = Engine.open();
  const notes = Array.from({ length: 70 }, (_, i) => ({
    ...{ uri: `${i}`, title: `Note ${i} of autumn`, format: 'text' as const },
    content: `Leaves turn red number${i} and fall${i} to the ground${i} slowly. Winter${i} comes after autumn.`,
  }));
  await few.index(notes.slice(0, 64));
  const other = await serve(few);
  const said = async () => {
    const paths = [
      '/documents/1/self-attention?',
      '/documents/1/words?q=autumn+leaves&',
      '/tour?q=autumn+leaves&',
    ];
    const pages = paths.map((path) => other.ask(`${path}lang=en`, { headers: { accept: 'text/html' } }));
    return (await Promise.all(pages)).map(({ text }) => text.includes(saying));
  };
  expect(await said()).toEqual([true, true, true]);
  await few.index(notes.slice(64));
  expect(await said()).toEqual([false, false, false]);
  await other.close();
  few.close();
});

describe('related documents', () => {
  test.each(['en', 'ko'] as const)(
    'their weights add up to 1 with the two that the page states, in %s',
    async (lang) => {
      const { text } = await server.ask(`/documents/${id}?lang=${lang}`, {
        headers: { accept: 'text/html' },
      });
      const [section = ''] = /<h2 id="related-title">[\s\S]*?<\/section>/.exec(text) ?? [];
      const [hint = '', list = ''] = section.split('<ol');
      const shares = (html: string) =>
        Array.from(html.replaceAll('100%', '').matchAll(/([\d.]+)%/g), ([, share]) => Number(share));
      expect(shares(hint)).toHaveLength(2);
      expect(shares(list).length).toBeGreaterThan(2);
      expect(Math.abs(sum([...shares(hint), ...shares(list)]) - 100)).toBeLessThan(0.5);
    },
  );

  interface Related {
    attention: { bias: number; heads: Record<string, number>; nothing: number; remainder: number };
    documents: { id: number; title: string; weight: number; logit: number; scores: Record<string, number> }[];
  }

  test('are weighted by the same arithmetic, and the document itself is masked', async () => {
    const { attention, documents } = await get<Related>(`/api/documents/${id}/related?limit=100`);
    expect(documents.map((document) => document.id)).not.toContain(id);
    expect(sum(documents.map(({ weight }) => weight)) + attention.nothing + attention.remainder).toBeCloseTo(
      1,
      6,
    );
    for (const { logit, scores, weight } of documents) {
      expect(Object.keys(scores).sort()).toEqual(Object.keys(attention.heads).sort());
      const expected =
        sum(Object.entries(attention.heads).map(([head, a]) => a * scores[head]!)) + attention.bias;
      expect(logit).toBeCloseTo(expected, 9);
      expect(Math.log(weight / attention.nothing)).toBeCloseTo(logit, 6);
    }
    const weights = documents.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  });

  test('of a note on attention are notes on attention', async () => {
    const { documents } = await get<Related>(`/api/documents/${id}/related?limit=4`);
    for (const document of documents)
      expect(engine.document(document.id).uri).toMatch(/^en\/(attention|machine-learning|search)\//);
  });

  test('a lone document has none', async () => {
    const lone = Engine.open();
    await lone.index([textDocument('Alone', 'No company.')]);
    const other = await serve(lone);
    expect((await other.ask('/api/documents/1/related')).json()).toMatchObject({
      documents: [],
      attention: { nothing: 1 },
    });
    await other.close();
    lone.close();
  });
});

describe('sentences', () => {
  interface Sentences {
    weight: number;
    temperature: number;
    heads: Record<string, number>;
    sentences: {
      text: string;
      start: number;
      scores: Record<string, number>;
      logit: number;
      weight: number;
    }[];
  }

  test.each([0.2, 1, 8])('at T = %d the answer can be recomputed from them', async (temperature) => {
    const query = `q=${encodeURIComponent('how does every word answer a query with its key')}&temperature=${temperature}`;
    const response = await get<ReturnType<Engine['search']>>(`/api/search?${query}`);
    for (const sentence of response.answer.sentences) {
      const all = await get<Sentences>(`/api/documents/${sentence.document}/sentences?${query}`);
      const expected = softmax(all.sentences.map(({ logit }) => logit / temperature));
      all.sentences.forEach(({ scores, logit, weight }, i) => {
        expect(weight).toBeCloseTo(expected[i]!, 9);
        expect(logit).toBeCloseTo(sum(Object.entries(all.heads).map(([head, a]) => a * scores[head]!)), 9);
      });
      const own = all.sentences.find(({ start }) => start === sentence.start);
      expect(sentence.weight).toBeCloseTo(all.weight * (own?.weight ?? Number.NaN), 9);
    }
    expect(response.answer.sentences.length).toBeGreaterThan(0);
  });
});
