import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCollection } from '../../lib/evaluate/beir.ts';
import { linesOf } from '../../lib/evaluate/lines.ts';

const CORPUS = '{"_id":"d1","title":"Tea","text":"leaves in water"}\n{"_id":"d2","text":"beans, roasted"}\n';
const QUERIES =
  '{"_id":"q1","text":"a hot drink"}\n{"_id":"q2","text":"beans","metadata":{"kind":"words","language":"en"}}\n';
const QRELS = 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n';

let folder: string;

/** Reads the notes of a collection without notes, as most of these are. */
const noNotes = async () => [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-beir-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string> = {}): void {
  mkdirSync(join(folder, 'qrels'), { recursive: true });
  const all = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES, 'qrels/test.tsv': QRELS, ...files };
  for (const [name, text] of Object.entries(all)) if (text !== '') writeFileSync(join(folder, name), text);
}

test('a folder is read as documents and judged queries; a missing title is empty, a judgement of zero is not relevant', async () => {
  write({ 'answers.jsonl': '{"_id":"q2","answers":["one bean"]}\n' });
  const collection = await readCollection(folder, noNotes);
  expect(collection.documents).toEqual([
    { uri: 'd1', title: 'Tea', content: 'leaves in water', format: 'text' },
    { uri: 'd2', title: '', content: 'beans, roasted', format: 'text' },
  ]);
  expect(collection.queries).toEqual([
    {
      id: 'q1',
      text: 'a hot drink',
      kind: null,
      language: null,
      relevance: new Map([['d1', 2]]),
      answers: [],
    },
    {
      id: 'q2',
      text: 'beans',
      kind: 'words',
      language: 'en',
      relevance: new Map([['d2', 1]]),
      answers: ['one bean'],
    },
  ]);
  expect(collection.warnings).toEqual([]);
});

test('a query that is the text of a document is recognised, with or without its title; a shared id is not enough', async () => {
  const query = (_id: string, text: string) => `${JSON.stringify({ _id, text })}\n`;
  write({
    'queries.jsonl': query('d1', 'Tea  leaves in\nwater') + query('d2', 'beans, roasted') + query('d3', 'x'),
    'qrels/test.tsv': 'd1\td2\t1\nd2\td1\t1\nd3\td1\t1\n',
  });
  const { queries } = await readCollection(folder, noNotes);
  expect(queries.map(({ itself }) => itself)).toEqual(['d1', 'd2', undefined]);
  write({ 'queries.jsonl': query('d1', 'a hot drink'), 'qrels/test.tsv': 'd1\td2\t1\n' });
  expect((await readCollection(folder, noNotes)).queries[0]).not.toHaveProperty('itself');
});

test('queries without a relevant document are left out, except those marked as unanswerable', async () => {
  const more = '{"_id":"q3","text":"unjudged"}\n{"_id":"q4","text":"tyres","metadata":{"kind":"none"}}\n';
  write({ 'queries.jsonl': QUERIES + more });
  const { queries, unanswerable } = await readCollection(folder, noNotes);
  expect(queries.map(({ id }) => id)).toEqual(['q1', 'q2']);
  expect(unanswerable.map(({ id }) => id)).toEqual(['q4']);
});

test('CRLF, a byte order mark, blank lines, numeric ids and judgements without a header are read', async () => {
  write({
    'corpus.jsonl': `\uFEFF{"_id":1,"title":"Tea","text":"leaves"}\r\n\r\n`,
    'queries.jsonl': '{"_id":7,"text":"tea"}\r\n',
    'qrels/test.tsv': '7\t1\t1\r\n',
  });
  const { documents, queries } = await readCollection(folder, noNotes);
  expect(documents[0]?.uri).toBe('1');
  expect(queries[0]?.relevance).toEqual(new Map([['1', 1]]));
});

test('a collection.json names a folder of notes as the corpus, relative to itself', async () => {
  write({ 'corpus.jsonl': '', 'collection.json': '{"name":"demo","corpus":"notes"}' });
  let asked = '';
  const readNotes = async (path: string) => {
    asked = path;
    return [{ uri: 'd1', title: 'Tea', content: 'leaves', format: 'markdown' } as const];
  };
  const { name, documents, warnings } = await readCollection(folder, readNotes);
  expect(name).toBe('demo');
  expect(asked).toBe(join(folder, 'notes'));
  expect(documents).toHaveLength(1);
  expect(warnings).toEqual(['qrels name 1 documents that the corpus lacks, first "d2"']);
});

test('judgements of queries that do not exist are warned about', async () => {
  write({ 'qrels/test.tsv': `${QRELS}q9\td1\t1\n` });
  expect((await readCollection(folder, noNotes)).warnings).toEqual([
    'qrels name 1 queries that queries.jsonl lacks, first "q9"',
  ]);
});

test('without test.tsv, dev.tsv is read, with a warning', async () => {
  write({ 'qrels/test.tsv': '', 'qrels/dev.tsv': QRELS });
  const { queries, warnings } = await readCollection(folder, noNotes);
  expect(queries).toHaveLength(2);
  expect(warnings).toEqual(['qrels/test.tsv is missing; qrels/dev.tsv is read instead']);
});

test('queries left out and pairs judged twice give warnings', async () => {
  const more = '{"_id":"q3","text":" "}\n{"_id":"q4","text":"tyres"}\n';
  write({
    'queries.jsonl': QUERIES + more,
    'qrels/test.tsv': `${QRELS}q3\td1\t1\nq4\td1\t-1\nq2\td2\t2\nq1\td1\t2`,
  });
  const { queries, warnings } = await readCollection(folder, noNotes);
  expect(queries.map(({ id, relevance }) => [id, relevance.get('d2')])).toEqual([
    ['q1', undefined],
    ['q2', 2],
  ]);
  expect(warnings).toEqual([
    'qrels judge 1 pairs again, otherwise, and the last counts, first "q2, d2"',
    'left out: 1 queries without text, first "q3"',
    'left out: 1 judged queries without a relevant document, first "q4"',
  ]);
});

test('a null text is empty; a corpus one folder deeper is named in the error', async () => {
  write({ 'corpus.jsonl': '{"_id":"d1","title":"Tea","text":null}\n' });
  expect((await readCollection(folder, noNotes)).documents[0]?.content).toBe('');
  mkdirSync(join(folder, 'inner'));
  renameSync(join(folder, 'corpus.jsonl'), join(folder, 'inner', 'corpus.jsonl'));
  await expect(readCollection(folder, noNotes)).rejects.toThrow(/There is one in .*inner: name that folder/);
});

test('lines are read correctly wherever a chunk ends', () => {
  // Characters of three bytes, so that a chunk of 2²⁰ bytes ends within one.
  const long = '가'.repeat(400_000);
  const path = join(folder, 'lines.jsonl');
  writeFileSync(path, `\uFEFFone\r\n\n${long}\n${long}x\nlast`);
  expect([...linesOf(path)]).toEqual(['one', '', long, `${long}x`, 'last']);
  writeFileSync(path, 'one\n');
  expect([...linesOf(path)]).toEqual(['one']);
});

describe('a broken folder is refused with the file, the line and what was expected', () => {
  const cases: [what: string, files: Record<string, string>, message: RegExp][] = [
    ['no corpus', { 'corpus.jsonl': '' }, /corpus\.jsonl, or a collection\.json/],
    ['no queries', { 'queries.jsonl': '' }, /queries\.jsonl; it is missing/],
    ['no judgements', { 'qrels/test.tsv': '' }, /test\.tsv; it is missing/],
    [
      'a line that is not JSON',
      { 'corpus.jsonl': `${CORPUS}{oops\n` },
      /corpus\.jsonl:3: expected a JSON object, got \{oops/,
    ],
    ['a line that is a list', { 'corpus.jsonl': '[1]\n' }, /corpus\.jsonl:1: expected a JSON object/],
    [
      'a document without text',
      { 'corpus.jsonl': '{"_id":"d1"}\n' },
      /:1: expected text to be a string, got nothing/,
    ],
    [
      'a title that is a list',
      { 'corpus.jsonl': '{"_id":"d","title":[],"text":""}\n' },
      /title to be a string/,
    ],
    [
      'an id used twice',
      { 'corpus.jsonl': CORPUS + CORPUS },
      /corpus\.jsonl:3: expected an _id of its own, got d1/,
    ],
    ['a query without an id', { 'queries.jsonl': '{"text":"x"}\n' }, /queries\.jsonl:1: expected _id/],
    [
      'spaces for tabs',
      { 'qrels/test.tsv': `${QRELS}q1 d1 1\n` },
      /test\.tsv:5: expected query-id, corpus-id and a number/,
    ],
    ['a judgement that is not a number', { 'qrels/test.tsv': `${QRELS}q1\td1\tyes\n` }, /test\.tsv:5/],
    [
      'answers that are not a list',
      { 'answers.jsonl': '{"_id":"q1","answers":"tea"}\n' },
      /answers\.jsonl:1: expected answers/,
    ],
    ['a judgement without a number', { 'qrels/test.tsv': `${QRELS}q1\td1\t\n` }, /test\.tsv:5/],
    [
      'a corpus without documents',
      { 'corpus.jsonl': '\n\n' },
      /corpus\.jsonl: expected at least one document/,
    ],
    [
      'an id that is empty',
      { 'corpus.jsonl': '{"_id":"","text":"x"}\n' },
      /corpus\.jsonl:1: expected _id to have/,
    ],
    [
      'an id that JSON rounds',
      { 'corpus.jsonl': '{"_id":12345678901234567890,"text":"x"}\n' },
      /corpus\.jsonl:1: expected _id to be a string, or a whole number below 2⁵³, got 12345678901234567000/,
    ],
    [
      'a compressed corpus',
      { 'corpus.jsonl': '', 'corpus.jsonl.gz': 'x' },
      /corpus\.jsonl, or .*; it is missing\. There is corpus\.jsonl\.gz: unpack it/,
    ],
    [
      'judgements of another split',
      { 'qrels/test.tsv': '', 'qrels/train.tsv': 'x' },
      /test\.tsv; it is missing\. In its folder there is train\.tsv\./,
    ],
    [
      'a corpus path that is not a string',
      { 'collection.json': '{"corpus":5}' },
      /corpus to be a string, got 5/,
    ],
  ];
  test.each(cases)('%s', async (_, files, message) => {
    write(files);
    await expect(readCollection(folder, noNotes)).rejects.toThrow(message);
  });

  test('no folder', async () => {
    await expect(readCollection(join(folder, 'nowhere'), noNotes)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
