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
    expect(warnings).toEqual(['item 2: expected an object, got a number', 'item 3: no text in it, only "x"']);
  });

  test.each([
    ['{"a": 1,\n "b": }', 'malformed JSON in line 2, column 7: unexpected "}"'],
    ['[1, 2\n', 'malformed JSON in line 2, column 1: it ends too early'],
    ['[{"x": 1}]', 'item 1: no text in it, only "x"'],
    ['5', 'expected an object or an array of objects, got a number'],
    ['null', 'expected an object or an array of objects, got null'],
    ['{"x": 1}', 'expected a field with text, got only "x"'],
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
      '1,apple\n3,pear',
      'expected a header line with the names of the columns, got "1", "apple"',
    ],
    ['rows of numbers and dates', 'day,km\n2025-01-05,54\n', 'line 2: no text in it, only "day", "km"'],
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

describe('other fields of a record', () => {
  test('values are properties, and texts join the content with their names', async () => {
    const record = {
      id: 'OPS-2240',
      title: 'Search index out of date',
      Assignee: 'Tomasz',
      priority: 2,
      urgent: true,
      colour: 'red',
      date: 'in spring',
      labels: ['shop', 'search', 3],
      text: 'Products still appeared.',
      remark: 'The tombstone topic had a retention of a day.',
      due: null,
    };
    expect(await readOne('t.jsonl', JSON.stringify(record))).toEqual({
      uri: 't.jsonl#OPS-2240',
      title: 'Search index out of date',
      content: 'Products still appeared.\n\nremark: The tombstone topic had a retention of a day.',
      format: 'json',
      aliases: ['OPS-2240'],
      properties: [
        { name: 'Assignee', value: 'Tomasz' },
        { name: 'priority', value: '2' },
        { name: 'urgent', value: 'true' },
        { name: 'colour', value: 'red' },
        { name: 'date', value: 'in spring' },
        { name: 'labels', value: 'shop' },
        { name: 'labels', value: 'search' },
        { name: 'labels', value: '3' },
      ],
    });
  });

  test('a table needs no column of a known name: the first cell with words is the title', async () => {
    const table = 'date,km,route,remark\n2025-06-29,12 km,Picnic at Ashton,children slept on the way home\n';
    const { documents } = await readAll('rides.csv', `${table}2025-07-13,138,Welsh borders,rain\n`);
    expect(documents).toEqual([
      {
        uri: 'rides.csv#1',
        title: 'Picnic at Ashton',
        content: 'remark: children slept on the way home',
        format: 'csv',
        date: '2025-06-29',
        properties: [{ name: 'km', value: '12 km' }],
      },
      {
        uri: 'rides.csv#2',
        title: 'Welsh borders',
        content: '',
        format: 'csv',
        date: '2025-07-13',
        properties: [
          { name: 'km', value: '138' },
          { name: 'remark', value: 'rain' },
        ],
      },
    ]);
  });

  test.each([
    [{ quote: 'One two three four five six.', by: 'Me' }, 'quote: One two three four five six.'],
    [{ id: 'MK-88', price: 129 }, 'MK-88'],
    [
      { ok: 'yes', url: 'https://example.org/a', price: '£12', on: '5 May', shop: 'Two Wheels' },
      'Two Wheels',
    ],
    [{ place: '"Tent"', price: 12 }, '"Tent"'],
  ])('the title of %j is %s', async (record, title) => {
    expect((await readOne('a.json', JSON.stringify([record]))).title).toBe(title);
  });

  test('a text without title is not cut short by a name before it', async () => {
    const record = { lang: 'en', text: 'The first words.' };
    expect((await readOne('a.json', JSON.stringify([record]))).title).toBe('The first words.');
  });

  test('one object keeps the name of its file and all its fields', async () => {
    expect(await readOne('my_trip.json', '{"place":"Oslo","km":[1,2]}')).toMatchObject({
      title: 'my trip',
      content: '',
      properties: [
        { name: 'place', value: 'Oslo' },
        { name: 'km', value: '1' },
        { name: 'km', value: '2' },
      ],
    });
  });

  test('what is nested is left out, and the report says so', async () => {
    const line = '{"title":"A","meta":{"a":1},"list":["b",{"c":2}]}';
    const { documents, warnings } = await readAll('c.jsonl', `${line}\n{"title":"B","meta":{"a":2}}`);
    expect(documents[0]?.properties).toEqual([{ name: 'list', value: 'b' }]);
    expect(warnings).toEqual([
      'what is nested in "meta" is left out of 2 records',
      'what is nested in "list" is left out',
    ]);
    expect((await readAll('a.json', line)).warnings).toHaveLength(2);
  });

  test('a record of a corpus is its title and text alone', async () => {
    const line = '{"_id":"MED-10","title":"Statins","text":"Use of statins.","metadata":{}}';
    expect(await readOne('corpus.jsonl', line)).toEqual({
      uri: 'corpus.jsonl#MED-10',
      title: 'Statins',
      content: 'Use of statins.',
      format: 'json',
    });
  });

  test('columns with the same name or none are kept', async () => {
    expect(await readOne('t.csv', ',Title,note,note\n0,A,b,c')).toMatchObject({
      title: 'A',
      properties: [
        { name: 'column 1', value: '0' },
        { name: 'note', value: 'b' },
        { name: 'note', value: 'c' },
      ],
    });
  });

  test('no record has more than a thousand properties, nor a long text in one', async () => {
    const record = {
      title: 'A',
      ...Object.fromEntries(Array.from({ length: 3000 }, (_, i) => ['x'.repeat(150) + i, 'v'])),
      long: 'ho'.repeat(150),
    };
    const { properties = [], content } = await readOne('a.json', JSON.stringify(record));
    expect(properties).toHaveLength(1000);
    expect(properties.every(({ name }) => name.length <= 100)).toBe(true);
    expect(content).toBe(`long: ${record.long}`);
  });
});
