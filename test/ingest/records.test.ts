import { describe, expect, test } from 'vitest';
import { jsonErrorAt } from '../../lib/ingest/json-syntax.ts';
import { readAll, readOne, reasonFor } from './support.ts';

describe('JSON', () => {
  test('an object is one document', async () => {
    const note = { Title: 'A', body: 'words', tags: ['x'], created_at: '2024-01-02T03:04:05Z', id: 7 };
    expect(await readOne('a.json', JSON.stringify(note))).toEqual({
      uri: 'a.json',
      title: 'A',
      content: 'words',
      format: 'json',
      tags: ['x'],
      date: '2024-01-02T03:04:05.000Z',
    });
  });

  test.each([
    { name: 'n', text: 't' },
    { headline: 'n', abstract: 't' },
    { subject: 'n', description: 't' },
    { 제목: 'n', 내용: 't' },
    { title: ' ', name: 'n', content: '', text: ['t'] },
  ])('the fields of %j are recognised', async (record) => {
    expect(await readOne('a.json', JSON.stringify([record]))).toMatchObject({
      uri: 'a.json#1',
      title: 'n',
      content: 't',
    });
  });

  test.each(['documents', 'items', 'notes', 'data'])(
    'each item of a list in %s is a document, named by id or row',
    async (name) => {
      const list = [{ _id: 'x/1', title: 'A' }, { text: 'B' }, { id: 9, text: 'C' }];
      const { documents } = await readAll('a.json', JSON.stringify({ [name]: list }));
      expect(documents.map(({ uri }) => uri)).toEqual(['a.json#x/1', 'a.json#2', 'a.json#9']);
    },
  );

  test('duplicate ids are made unique', async () => {
    const { documents } = await readAll('a.json', '[{"id":2,"text":"a"},{"text":"b"},{"id":2,"text":"c"}]');
    expect(documents.map(({ uri }) => uri)).toEqual(['a.json#2', 'a.json#2@2', 'a.json#2@3']);
  });

  test('a record without a title takes the first words of its content', async () => {
    expect((await readOne('a.json', '[{"text":"Short text\\nmore"}]')).title).toBe('Short text');
    const { title } = await readOne('a.json', JSON.stringify([{ text: 'several words '.repeat(20) }]));
    expect(title).toBe(`${'several words '.repeat(5)}several…`);
  });

  test('one object without a title takes the file name', async () => {
    expect((await readOne('my_file.json', '{"text":"x"}')).title).toBe('my file');
  });

  test('a list item that is not a document gives a warning', async () => {
    const { documents, warnings } = await readAll('a.json', '[{"title":"A"}, 5, {"x":1}]');
    expect(documents).toHaveLength(1);
    expect(warnings).toEqual([
      'item 2: expected an object, got a number',
      'item 3: no title (title, name …) and no content (content, text, body, abstract, description)',
    ]);
  });

  test.each([
    ['{"a": 1,\n "b": }', 'malformed JSON in line 2, column 7: unexpected "}"'],
    ['[1, 2\n', 'malformed JSON in line 2, column 1: it ends too early'],
    [
      '[{"x": 1}]',
      'item 1: no title (title, name …) and no content (content, text, body, abstract, description)',
    ],
    ['5', 'expected an object or an array of objects, got a number'],
    ['null', 'expected an object or an array of objects, got null'],
    [
      '{"x": 1}',
      'expected a title (title, name, headline, subject) or a content (content, text, body, abstract, description), got "x"',
    ],
  ])('%j is refused', async (text, reason) => {
    expect(await reasonFor('a.json', text)).toBe(reason);
  });

  test.each(['[]', '{}', '{"notes": []}', '{"title": "", "content": null}', '[{"title": " "}, {}]'])(
    '%s gives no documents and a warning',
    async (text) => {
      const { documents, warnings } = await readAll('a.json', text);
      expect(documents).toEqual([]);
      expect(warnings).toEqual([expect.stringMatching(/^there (?:is no text|are no records) in it$/)]);
    },
  );

  test('escaped NULs and lone surrogates do not reach the index', async () => {
    expect(await readOne('a.json', '{"title":"a\\u0000b","text":"x\\ud800\\u0000y"}')).toMatchObject({
      title: 'ab',
      content: 'x\ufffdy',
    });
  });

  test.each([
    ['{"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{}}', -1],
    [' [] ', -1],
    ['', 0],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1 2]', 3],
    ['[01]', 2],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['"\\u12g4"', 1],
    ['"abc', 4],
    ['tru', 0],
    ['[1}', 2],
    ['1 1', 2],
    ['{"a":[}', 6],
  ])('the first syntax error of %j is at %i (-1: none)', (text, at) => {
    expect(jsonErrorAt(text)).toBe(at);
  });
});

describe('JSON Lines', () => {
  test('every line is a document', async () => {
    const { documents, warnings } = await readAll(
      'c.jsonl',
      '{"_id":"d1","title":"A","text":"a"}\n\n{"title":"B"}\n',
    );
    expect(documents.map(({ uri, title }) => [uri, title])).toEqual([
      ['c.jsonl#d1', 'A'],
      ['c.jsonl#2', 'B'],
    ]);
    expect(warnings).toEqual([]);
  });

  test('a bad line gives a warning and the others are read', async () => {
    const { documents, warnings } = await readAll(
      'c.ndjson',
      '{"title":"A"}\n{"title": oops}\n[1]\n{"title":"B"}',
    );
    expect(documents.map(({ title }) => title)).toEqual(['A', 'B']);
    expect(warnings).toEqual([
      'line 2: malformed JSON at column 11',
      'line 3: expected an object, got an array',
    ]);
  });

  test('only the first ten warnings are spelled out', async () => {
    const { warnings } = await readAll('c.jsonl', `${'x\n'.repeat(30)}{"title":"A"}`);
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)).toBe('and 20 more like these');
  });

  test('a file of only bad lines is refused with the reason for the first', async () => {
    expect(await reasonFor('c.jsonl', '\nx\ny')).toBe('line 2: malformed JSON at column 1');
  });
});

describe('CSV and TSV', () => {
  test('each row is a document, with its fields named by the header', async () => {
    const { documents } = await readAll(
      't.csv',
      '\ufeffID,Title,Text,Tags\r\n7,A,"one, ""two""\r\nthree",x;y\r\n,B,,\r\n',
    );
    expect(documents).toEqual([
      { uri: 't.csv#7', title: 'A', content: 'one, "two"\nthree', format: 'csv', tags: ['x', 'y'] },
      { uri: 't.csv#2', title: 'B', content: '', format: 'csv' },
    ]);
  });

  test.each([
    ['semicolons', 't.csv', 'title;text\na, b;c'],
    ['tabs in .csv', 't.csv', 'title\ttext\na, b\tc'],
    ['tabs in .tsv', 't.tsv', 'title\ttext\na, b\tc'],
  ])('%s are accepted as separators', async (_, name, text) => {
    expect(await readOne(name, text)).toMatchObject({ title: 'a, b', content: 'c' });
  });

  test('a quote within a cell is text', async () => {
    expect((await readOne('t.csv', 'title,text\na,a 5" disk')).content).toBe('a 5" disk');
  });

  test('a short row is read, a long one is cut with a warning', async () => {
    const { documents, warnings } = await readAll('t.csv', 'title,text\na\nb,c,d\n');
    expect(documents.map(({ title, content }) => [title, content])).toEqual([
      ['a', ''],
      ['b', 'c'],
    ]);
    expect(warnings).toEqual(['line 3: 3 cells in 2 columns; the rest is left out']);
  });

  test('an unclosed quote gives a warning with its line', async () => {
    const { documents, warnings } = await readAll('t.csv', 'title,text\na,b\nc,"d\ne,f\n');
    expect(documents.map(({ title }) => title)).toEqual(['a']);
    expect(warnings).toEqual(['line 3: a quote is never closed']);
  });

  test.each([
    [
      'no header',
      '1,2\n3,4',
      'expected a header line with a title (title, name, headline, subject) or a content (content, text, body, abstract, description), got "1", "2"',
    ],
    ['nothing but a broken row', '"title', 'line 1: a quote is never closed'],
  ])('%s is refused', async (_, text, reason) => {
    expect(await reasonFor('t.csv', text)).toBe(reason);
  });

  test.each([',,\n,,\n', 'title,text\n', 'title,text\n,\n'])(
    '%j gives no documents and a warning',
    async (text) => {
      expect(await readAll('t.csv', text)).toEqual({
        documents: [],
        warnings: ['there are no records in it'],
      });
    },
  );
});
