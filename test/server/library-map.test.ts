import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { drawPicture } from '../../server/views/neighbourhood-picture.ts';
import { mapViolations } from '../support/checker.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { withoutLanguages } from '../support/page.ts';
import { serve, serveDemo, type TestServer } from '../support/server.ts';

interface Wire {
  documents: number;
  of: number;
  attention: { bias: number; heads: Record<string, number> };
  neighbourhoods: { title: string; size: number; weights: number[]; documents: number[] }[];
  offset: number;
  rows: {
    id: number;
    title: string;
    nothing: number;
    relations: { id: number; weight: number; logit: number; scores: Record<string, number> }[];
  }[];
}

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  ({ engine, server } = await serveDemo());
});
afterAll(() => server.close());

const get = async (parameters: string): Promise<Wire> => {
  const answer = await server.ask(`/api/documents/map?rows=1000&${parameters}`);
  expect(answer.status, answer.text.slice(0, 200)).toBe(200);
  return answer.json() as Wire;
};

describe('GET /api/documents/map', () => {
  test.each([
    '',
    'q=what+is+attention',
    'q=softmax&limit=100&words=0',
    'language=ko',
    'folder=en%2Fattention',
  ])('with "%s" can be recomputed from the response alone', async (parameters) => {
    const map = await get(parameters);
    expect(mapViolations(map)).toEqual([]);
    const { bias } = engine.calibration.first;
    expect(map.attention.bias).toBeCloseTo(bias - Math.log(map.documents - 1), 12);
    for (const { relations } of map.rows)
      expect(relations).toHaveLength(map.documents > 60 ? 8 : map.documents - 1);
  });

  test('of the whole library has a row with the related documents of each document', async () => {
    const { rows, documents } = await get('');
    expect(documents).toBe(engine.status().documents);
    const related = (await server.ask(`/api/documents/${rows[5]!.id}/related`)).json() as {
      attention: { nothing: number };
      documents: { id: number; title: string; uri: string; weight: number }[];
    };
    expect(rows[5]!.nothing).toBe(related.attention.nothing);
    expect(rows[5]!.relations).toEqual(
      related.documents.map(({ title: _title, uri: _uri, ...rest }) => rest),
    );
  });

  test('shows the neighbourhood of a document, and a neighbourhood within it', async () => {
    const { neighbourhoods } = await get('');
    const { documents } = neighbourhoods[0]!;
    const inside = await get(`in=${documents[3]}`);
    expect(mapViolations(inside)).toEqual([]);
    expect(inside.rows.map(({ id }) => id)).toEqual(documents.toSorted((a, b) => a - b));
    const within = inside.neighbourhoods[1]!.documents;
    expect((await get(`in=${documents[3]},${within[0]}`)).documents).toBe(within.length);
  });

  test('lists the requested rows', async () => {
    const all = await get('');
    const part = (await server.ask('/api/documents/map?rows=3&offset=10')).json() as Wire;
    expect(part.rows).toEqual(all.rows.slice(10, 13));
    expect(part.offset).toBe(10);
    const plain = (await server.ask('/api/documents/map')).json() as Wire;
    expect(plain.rows).toHaveLength(100);
    const none = (await server.ask('/api/documents/map?rows=0')).json() as Wire;
    expect(none.rows).toEqual([]);
  });

  test.each<[string, number, string]>([
    ['in=x', 400, 'Expected in to be at most 8 ids of documents, separated by commas, got "x"'],
    ['in=1,,2', 400, 'Expected in to be'],
    ['in=1,2,3,4,5,6,7,8,9', 400, 'Expected in to be'],
    ['in=987654', 404, 'Document 987654 is not on this map'],
    ['rows=1001', 400, 'Expected rows to be a whole number from 0 to 1000'],
    ['offset=-1', 400, 'Expected offset'],
    ['q=softmax&limit=101', 400, 'Expected limit'],
    ['temperature=0', 400, 'Expected temperature'],
    ['since=yesterday', 400, 'Expected since'],
    ['wibble=1', 400, 'There is no parameter "wibble"'],
    [`q=${'a'.repeat(2001)}`, 400, 'at most 2000 characters'],
  ])('%.40s is refused', async (parameters, status, detail) => {
    const answer = await server.ask(`/api/documents/map?${parameters}`);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
  });

  test('of no documents is empty', async () => {
    const map = await get('tag=nobody-has-this');
    expect(map).toMatchObject({ documents: 0, of: 0, neighbourhoods: [], rows: [] });
    expect(mapViolations(map)).toEqual([]);
  });
});

describe('documents with the same title', () => {
  const places = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      textDocument('Plan', `Cut the roses and bake bread, ${i}.`, `folder-${i}/Plan.md`),
    );

  test.each([3, 70])('are told apart by their paths in list, picture and matrix: %i', async (count) => {
    const twins = Engine.open();
    await twins.index([
      ...places(count),
      ...[1, 2].map((i) =>
        textDocument('A title of more words', `Roses ${i}.`, `a/folder/a-file-of-a-long-name-${i}.md`),
      ),
      textDocument('Alone', 'Roses alone.', 'folder/Alone.md'),
    ]);
    const other = await serve(twins);
    const html = (await other.ask('/documents/map')).text;
    const isFull = count < 60;
    const [picture = '', list = '', matrix = ''] = html.split(/<h2>|<section>\s*<h2>/);
    for (const part of [picture, list, matrix]) {
      const paths = new Set(part.match(/folder-\d+\/Plan\.md/g));
      if (isFull) expect(paths.size).toBe(count);
      else expect(paths.size).toBeGreaterThan(0);
    }
    expect(matrix).toMatch(/>Plan \(folder-\d+\/Plan\.md\)</);
    expect(matrix).toMatch(/>…\/a-file-of-a-long-name-\d\.md</);
    expect(html).not.toContain('folder/Alone.md');
    await other.close();
    twins.close();
  });
});

describe('the checker of maps', () => {
  test.each<[string, (map: Wire) => void]>([
    [
      'another bias',
      ({ attention }) => {
        attention.bias += 0.001;
      },
    ],
    [
      'a boosted weight',
      ({ rows }) => {
        rows[4]!.relations[0]!.weight *= 1.01;
      },
    ],
    [
      'a lost null key',
      ({ rows }) => {
        rows[4]!.nothing *= 0.9;
      },
    ],
    [
      'a document twice',
      ({ neighbourhoods }) => {
        neighbourhoods[0]!.documents[0] = neighbourhoods[1]!.documents[0]!;
      },
    ],
    [
      'another average',
      ({ neighbourhoods }) => {
        neighbourhoods[0]!.weights[0] = 0.99;
      },
    ],
    [
      'a missing row',
      ({ rows }) => {
        rows.pop();
      },
    ],
  ])('notices %s', async (_name, tamper) => {
    const map = structuredClone(await get('q=softmax'));
    expect(mapViolations(map)).toEqual([]);
    tamper(map);
    expect(mapViolations(map)).not.toEqual([]);
  });
});

describe('the page', () => {
  const page = async (path: string) => (await server.ask(path, { headers: { accept: 'text/html' } })).text;
  const hrefs = (html: string, pattern: RegExp) =>
    Array.from(html.matchAll(pattern), ([, href = '']) => href.replaceAll('&amp;', '&'));

  test('of few documents links to each of them, from the picture, the list and the matrix', async () => {
    const { rows } = await get('q=softmax&limit=12');
    const html = await page('/documents/map?q=softmax&limit=12');
    const pictured = hrefs(withoutLanguages(html), /<a class="place g\d" href="([^"]+)"/g);
    const ids = pictured.map((href) => Number(/\/documents\/(\d+)/.exec(href)?.[1]));
    expect(ids.toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
    for (const { id } of rows)
      expect(html.split(`href="/documents/${id}?`).length - 1, 'picture, list, row, column').toBe(4);
    expect(html.split('<td ').length - 1).toBe(12 * 13);
  });

  test('of many documents has a dot for each, and links into the neighbourhoods', async () => {
    const { neighbourhoods, documents } = await get('');
    const html = await page('/documents/map');
    expect(html.split('h0').length - 1).toBeGreaterThanOrEqual(documents);
    expect(hrefs(withoutLanguages(html), /<a class="place g\d" href="([^"]+)"/g)).toEqual(
      neighbourhoods.map((one) => `/documents/map?in=${one.documents[0]}`),
    );
    const inside = await page(`/documents/map?in=${neighbourhoods[0]!.documents[0]}`);
    expect(withoutLanguages(inside)).toContain('aria-current="page"><bdi>');
  });

  test('names a neighbourhood after the document at its centre, and links to the members it does not list', async () => {
    const { neighbourhoods } = await get('');
    const html = await page('/documents/map?lang=en');
    expect(html).toContain('not a topic that all of them share');
    const list = html.slice(
      html.indexOf('class="hoods"'),
      html.indexOf('</ol>', html.indexOf('class="hoods"')),
    );
    expect(list).not.toContain('…');
    neighbourhoods.forEach(({ size, documents: [centre] }) => {
      expect(size).toBeGreaterThan(1);
      const own = list.slice(list.indexOf(`href="/documents/map?lang=en&amp;in=${centre}"`));
      expect(own.slice(0, own.indexOf('</h3>'))).toContain(`>${size - 1} around it<`);
      // The document at the centre is not listed again.
      const others = hrefs(own.slice(0, own.indexOf('</ul>')), /href="\/documents\/(\d+)/g).map(Number);
      expect(others).toHaveLength(Math.min(4, size - 1));
      expect(others).not.toContain(centre);
      if (size > 5)
        expect(own).toContain(`<a href="/documents/map?lang=en&amp;in=${centre}">and ${size - 5} more<`);
    });
  });

  test('keeps its neighbourhood when the language changes, and links to the same map as JSON', async () => {
    const [{ id } = { id: 0 }] = (await get('')).rows;
    const html = await page(
      `/documents/map?in=${id}&folder=en%2Fattention`.replace('&folder=en%2Fattention', ''),
    );
    expect(html).toContain(`href="/documents/map?lang=ko&amp;in=${id}"`);
    expect(html).toContain(`href="/api/documents/map?in=${id}"`);
  });

  test('is drawn in steps, between which other requests can run', () => {
    const items = Array.from({ length: 60 }, (_, i) => ({
      ...{ group: i % 5, name: `Note ${i}`, count: '', size: 1, attention: 1, href: '/', title: '' },
    }));
    const ties = items.slice(1).map((_, i) => ({ from: i, to: i + 1, weight: 1 / (i + 1) }));
    const steps = drawPicture(items, ties);
    let pauses = 0;
    while (!steps.next().done) pauses++;
    expect(pauses).toBeGreaterThan(300);
  });

  test('is identical to the byte when drawn again', async () => {
    expect(await page('/documents/map?q=softmax')).toBe(await page('/documents/map?q=softmax'));
  });

  test('is linked from a search and from the library, with their filters', async () => {
    expect(await page('/?q=softmax&language=en')).toContain(
      'href="/documents/map?q=softmax&amp;language=en"',
    );
    expect(await page('/documents?language=ko')).toContain('href="/documents/map?language=ko"');
  });

  test('escapes titles, and names documents without a title', async () => {
    const odd = Engine.open();
    const bad = '</title><script>alert(1)</script>" onload="x';
    await odd.index([...NOTES, textDocument(bad, 'Weights.', 'bad'), textDocument(' ', 'Blank.', 'blank')]);
    const other = await serve(odd);
    const html = (await other.ask('/documents/map', { headers: { accept: 'text/html' } })).text;
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('" onload=');
    expect(html).not.toMatch(/ style=/);
    expect(withoutLanguages(html)).toContain('<bdi>blank</bdi>');
    await other.close();
    odd.close();
  });

  test.each(['tag=nobody-has-this', 'q=zzzqqq', 'q=the', 'q=softmax&title=0&content=0&words=0'])(
    'with "%s" says that there is nothing to map, and neither counts nor draws',
    async (parameters) => {
      const html = await page(`/documents/map?${parameters}&lang=en`);
      expect(html).toContain('There is nothing to map here.');
      expect(html).not.toContain('0 documents in');
      expect(html).not.toContain('<svg viewBox');
      expect(await get(parameters)).toMatchObject({ documents: 0, of: 0, neighbourhoods: [], rows: [] });
    },
  );

  test('says so if there is only one document to map', async () => {
    const one = await page('/documents/map?q=softmax&limit=1&lang=en');
    expect(one).toContain('1 document in 1 neighbourhood.');
    expect(one).not.toContain('<table');
  });
});
