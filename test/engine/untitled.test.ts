import { expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { readNotes } from '../../scripts/lib/notes.ts';

const notes = await readNotes('data/demo');
/** Every other note has no title, but begins with it as a line of its content. */
const half = notes.map((note, i) => (i % 2 === 0 ? withoutTitle(note) : note));
const QUERY = 'what is attention';

function withoutTitle(note: DocumentInput): DocumentInput {
  return { ...note, title: '', aliases: [], content: `${note.title}\n\n${note.content}` };
}

async function engineOf(documents: readonly DocumentInput[]): Promise<Engine> {
  const engine = Engine.open();
  await engine.index(documents);
  return engine;
}

/** The title and content scores of all documents, and whether they have a title. */
function scoresOf(engine: Engine, query: string, options = {}) {
  const { record, arrays, titlePerContent } = engine.attend(query, options);
  const head = (name: string) => record.heads.find((one) => one.name === name)?.scores ?? [];
  const rows = Array.from(arrays.ids, (id, i) => ({
    id,
    isTitled: engine.document(id)?.title !== '',
    title: head('title')[i] as number,
    content: head('content')[i] as number,
  }));
  return { rows, ratio: titlePerContent };
}

test('the title score of an untitled document is its content score times the ratio of title to content scores', async () => {
  const engine = await engineOf(half);
  const { rows, ratio } = scoresOf(engine, QUERY);
  const { attention } = engine.search(QUERY, { hops: 1 });
  let [titles, contents] = [0, 0];
  for (const { document, share } of attention.feedback ?? []) {
    const row = rows.find(({ id }) => id === document);
    if (!row?.isTitled) continue;
    titles += share * row.title;
    contents += share * row.content;
  }
  expect(ratio).toBeGreaterThan(0);
  expect(ratio).toBeCloseTo(titles / contents, 12);
  const untitled = rows.filter(({ isTitled }) => !isTitled);
  expect(untitled).toHaveLength(notes.length / 2);
  const imputed = (content: number) => Math.fround(Math.min(1, ratio * Math.max(0, content)));
  for (const { title, content } of untitled) expect(title).toBe(imputed(content));
});

test('untitled documents are found among titled ones', async () => {
  const engine = await engineOf(half);
  const missed = notes.filter(
    ({ uri, title }, i) =>
      i % 2 === 0 && !engine.search(title, { limit: 3 }).results.some((one) => one.uri === uri),
  );
  expect(missed.map(({ title }) => title)).toEqual([]);
});

test('no title score is made up when only the title head is on, nor when all documents have titles, or none', async () => {
  const engine = await engineOf(half);
  const { rows, ratio } = scoresOf(engine, QUERY, { heads: { content: 0, words: 0 } });
  expect(ratio).toBe(0);
  expect(rows.filter(({ isTitled, title }) => !isTitled && title !== 0)).toEqual([]);
  for (const documents of [notes, notes.map(withoutTitle)])
    expect(scoresOf(await engineOf(documents), QUERY).ratio).toBe(0);
});

test('the explanation of an untitled document has the ratio, and the content’s contributions times it', async () => {
  const engine = await engineOf(half);
  const { rows, ratio } = scoresOf(engine, QUERY);
  const best = rows.filter(({ isTitled }) => !isTitled).sort((a, b) => b.content - a.content)[0];
  const { standIn, cosines, heads } = engine.explain(QUERY, best?.id ?? 0);
  expect(standIn).toBe(ratio);
  const content = new Map(cosines.content.terms.map(({ term, contribution }) => [term, contribution]));
  for (const { term, contribution } of cosines.title.terms)
    expect(contribution).toBeCloseTo(ratio * (content.get(term) ?? 0), 12);
  const sum = cosines.title.terms.reduce((total, { contribution }) => total + contribution, 0);
  expect(sum + cosines.title.rounding).toBeCloseTo(
    heads.find(({ name }) => name === 'title')?.score ?? 0,
    12,
  );
  const titled = rows.find(({ isTitled }) => isTitled);
  expect(engine.explain(QUERY, titled?.id ?? 0).standIn).toBeNull();
});
