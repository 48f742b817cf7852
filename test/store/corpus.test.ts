import { expect, test } from 'vitest';
import { type Texts, textAt } from '../../lib/embedding/texts.ts';
import { Engine } from '../../lib/engine.ts';
import { readCorpus } from '../../lib/store/corpus.ts';

/** Texts as their terms, each followed by its count. */
function words(engine: Engine, texts: Texts): string[] {
  const term = engine.store.sql('SELECT term FROM terms WHERE id = ?').pluck();
  return Array.from({ length: texts.length }, (_, i) => {
    const { ids, counts } = textAt(texts, i);
    return Array.from(ids, (id, k) => `${term.get(id)}${counts[k]}`).join(' ');
  });
}

test('a passage is read with the names of its document, a document without content as its names alone', async () => {
  const engine = Engine.open();
  const long = `${'bread dough '.repeat(80)}.\n\n`;
  await engine.index([
    { uri: 'a', title: 'bread', aliases: ['loaf bread'], content: long + long, format: 'text' },
    { uri: 'b', title: 'moon', aliases: ['luna'], content: '', format: 'text' },
    { uri: 'c', title: '', content: 'star moon star', format: 'text' },
  ]);
  const { documents, passages, titles, texts, languages } = readCorpus(engine.store);
  expect(Array.from(documents)).toEqual([1, 2, 3]);
  expect(Array.from(passages)).toEqual([2, 1, 1]);
  expect(words(engine, titles)).toEqual(['bread1', 'moon1', '']);
  expect(words(engine, texts)).toEqual([
    'bread82 loaf1 dough80',
    'bread82 loaf1 dough80',
    'moon1 luna1',
    'star2 moon1',
  ]);
  expect(Array.from(languages)).toEqual([0, 0, 0, 0]);
  engine.close();
});

test('at most a thousand terms of names and labels are read with each passage, names first', async () => {
  const engine = Engine.open();
  const tags = Array.from({ length: 100 }, (_, i) =>
    Array.from({ length: 20 }, (_, k) => `t${i}x${k}`).join(' '),
  );
  const content = `${'bread dough '.repeat(80)}.\n\n`.repeat(3);
  await engine.index([{ uri: 'a', title: 'bread', aliases: ['loaf'], tags, content, format: 'text' }]);
  const { texts } = readCorpus(engine.store);
  expect(texts.length).toBeGreaterThan(2);
  for (const text of words(engine, texts)) {
    const terms = text.split(' ');
    expect(terms.slice(0, 2)).toEqual(['bread81', 'loaf1']);
    expect(terms.at(-1)).toBe('dough80');
    expect(terms).toHaveLength(1001);
  }
  engine.close();
});

test('every text has the language of its document', async () => {
  const engine = Engine.open();
  await engine.index([
    { uri: 'a', title: 'bread', content: 'flour and water', format: 'text' },
    { uri: 'b', title: '빵', content: '밀가루와 물', format: 'text' },
    { uri: 'c', title: 'moon', content: '', format: 'text' },
    { uri: 'd', title: '달', content: '밤하늘의 달', format: 'text' },
  ]);
  expect(Array.from(readCorpus(engine.store).languages)).toEqual([0, 1, 0, 1]);
  engine.close();
});

test('a condition selects the documents without an embedding', async () => {
  const engine = Engine.open();
  await engine.index(
    ['a', 'b', 'c'].map((uri) => ({ uri, title: uri, content: 'word', format: 'text' }) as const),
  );
  engine.store.database.exec('DELETE FROM embeddings WHERE document_id <> 2');
  const where = 'WHERE document_id NOT IN (SELECT document_id FROM embeddings)';
  expect(Array.from(readCorpus(engine.store, where).documents)).toEqual([1, 3]);
  engine.close();
});
