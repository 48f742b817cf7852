import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { meaningOf, readDocument, readFor } from '../../lib/read.ts';
import { PASSAGE_SIZE } from '../../lib/text/passages.ts';
import { pause } from '../../lib/turns.ts';
import { textDocument } from '../support/corpus.ts';

test('a document is read once until the index changes, then again', async () => {
  const engine = Engine.open();
  await engine.index([textDocument('Tea', 'Green leaves want cool water.'), textDocument('Bread', 'Rye.')]);
  const read = () => readDocument(engine, engine.arrays(), 1);
  const first = read();
  expect(read()).toBe(first);
  expect(first.sentences()).toBe(first.sentences());
  expect(first.sentences().map(({ span }) => first.document.content.slice(...span))).toEqual([
    'Green leaves want cool water.',
  ]);
  await engine.index([textDocument('Tea', 'Black leaves want boiling water.')]);
  expect(read()).not.toBe(first);
  expect(read().document.content).toContain('Black');
  engine.close();
});

test('the words of a passage have offsets in the content', async () => {
  const engine = Engine.open();
  await engine.index([textDocument('Long', `${'Some words here. '.repeat(200)}Quokka at the end.`)]);
  const { document, passages, words } = readDocument(engine, engine.arrays(), 1);
  expect(passages.length).toBeGreaterThan(1);
  for (const [i, [from, to]] of passages.entries()) {
    for (const { start, end } of words(i)) {
      expect(start).toBeGreaterThanOrEqual(from);
      expect(end).toBeLessThanOrEqual(to);
    }
  }
  const last = words(passages.length - 1).find(({ terms }) => terms.includes('quokka'));
  expect(document.content.slice(last?.start, last?.end)).toBe('Quokka');
  engine.close();
});

test('the terms of each passage in the index are those of its words', async () => {
  const engine = Engine.open();
  await engine.sync(['data/demo']);
  const arrays = engine.arrays();
  let several = 0;
  for (const id of arrays.ids) {
    const { passages, words, terms } = readDocument(engine, arrays, id);
    if (passages.length > 1) several++;
    expect(terms()).toHaveLength(passages.length);
    for (const [i, there] of terms().entries()) {
      const said = words(i).flatMap(({ terms: own }) => own.map((term) => arrays.terms.get(term)));
      expect(new Set(there)).toEqual(new Set(said));
    }
  }
  expect(several).toBeGreaterThan(10);
  engine.close();
});

test('of documents that are not quoted, only the words of the passages shown are read', async () => {
  const engine = Engine.open();
  const long = (i: number) =>
    `${'Quokkas hop over the dunes at night. '.repeat(200)}\n\nWombat number ${i} digs alone.`;
  await engine.index(Array.from({ length: 60 }, (_, i) => textDocument(`Note ${i}`, long(i))));
  const read = vi.spyOn(engine.analyzer, 'words');
  const { results } = engine.search('wombat digs', { limit: 60 });
  expect(results).toHaveLength(60);
  for (const { passage } of results) expect(passage.text).toContain('digs alone');
  const characters = read.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  // Ten documents may be quoted and are read to their end; of each other one, only a passage.
  expect(characters).toBeLessThan(10 * long(0).length + 60 * 2 * PASSAGE_SIZE);
  engine.close();
});

test('the meaning of a word is that of its terms, in Korean without its particle', async () => {
  const engine = Engine.open();
  await engine.index([textDocument('Stores', 'A database is a 데이터베이스. Databases keep.')]);
  const arrays = engine.arrays();
  const meaning = (text: string) => meaningOf(arrays, engine.analyzer.words(text)[0]!);
  expect(meaning('Database').key).toBe(meaning('databases').key);
  expect(meaning('데이터베이스에서').text).toBe('데이터베이스');
  expect(meaning('데이터베이스는').key).toBe(meaning('데이터베이스에서').key);
  expect(meaning('데이터베이스는').key).not.toBe(meaning('이터베').key);
  expect(meaning('데이터베이스에서').ids).toEqual(
    ['데이', '이터', '터베', '베이', '이스'].map((term) => arrays.terms.get(term)),
  );
  engine.close();
});

/** Eight documents, of which the cache holds six. */
async function eightLarge(): Promise<Engine> {
  const engine = Engine.open();
  const content = 'word '.repeat(60_000);
  await engine.index(Array.from({ length: 8 }, (_, i) => textDocument(`Large ${i}`, content)));
  return engine;
}
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

test('documents that do not fit into the cache are read once in a search, all the same', async () => {
  const engine = await eightLarge();
  const run = engine.attend('word');
  const first = EIGHT.map((id) => readFor(engine, run, id));
  expect(EIGHT.map((id) => readFor(engine, run, id) === first[id - 1])).toEqual(EIGHT.map(() => true));
  engine.close();
});

test('documents that do not fit into the cache are not kept for longer than a search', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const engine = await eightLarge();
  const search = () => {
    const run = engine.attend('word');
    return EIGHT.map((id) => new WeakRef(readFor(engine, run, id)));
  };
  const seen = search();
  await pause();
  collect();
  const kept = seen.map((one) => one.deref() !== undefined);
  expect(kept[0]).toBe(false);
  expect(kept[7]).toBe(true);
  engine.close();
});

test('a long document does not evict others from the cache, nor do they evict it', async () => {
  const engine = Engine.open();
  await engine.index([
    textDocument('Long', `Begins well enough to be a sentence. ${'word '.repeat(420_000)}`),
    ...Array.from({ length: 5 }, (_, i) => textDocument(`Short ${i}`, `Some text of note ${i}.`)),
  ]);
  const arrays = engine.arrays();
  const read = () => Array.from({ length: 6 }, (_, i) => readDocument(engine, arrays, i + 1));
  const first = read();
  expect(read().map((one, i) => one === first[i])).toEqual([true, true, true, true, true, true]);
  engine.close();
});

test('of a very long text the first thousand sentences are read, and none far from the beginning', async () => {
  const engine = Engine.open();
  const line = (i: number) => `Sentence number ${i} says something. `;
  const many = Array.from({ length: 2000 }, (_, i) => line(i)).join('');
  const lateToSpeak = `${'short\n'.repeat(100_000)}A sentence that stands half a megabyte from the beginning.`;
  await engine.index([textDocument('Many', many), textDocument('Late', lateToSpeak)]);
  const arrays = engine.arrays();
  const { document, sentences } = readDocument(engine, arrays, 1);
  expect(sentences().map(({ span }) => document.content.slice(...span))).toEqual(
    Array.from({ length: 1000 }, (_, i) => line(i).trim()),
  );
  const late = readDocument(engine, arrays, 2).sentences();
  expect(late.length, 'short lines count on their own').toBe(1000);
  expect(late.filter(({ kind }) => kind !== 'scrap')).toEqual([]);
  engine.close();
});
