import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A small collection with relevance judgements. */
export interface Made {
  documents: Record<string, [title: string, text: string]>;
  /** Query text → id of its one relevant document; null where no document answers. */
  queries: Record<string, string | null>;
}

/**
 * Writes a collection in BEIR layout below `root`.
 *
 * @param notes  whether to write the documents as Markdown notes instead of corpus.jsonl
 * @returns  the folder of the collection
 */
export function makeCollectionIn(
  root: string,
  name: string,
  { documents, queries }: Made,
  notes = false,
): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'qrels'), { recursive: true });
  const lines = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  if (notes) {
    mkdirSync(join(root, `${name}-notes`));
    for (const [id, [title, text]] of Object.entries(documents)) {
      writeFileSync(join(root, `${name}-notes`, id), `# ${title}\n\n${text}\n`);
    }
    writeFileSync(join(folder, 'collection.json'), JSON.stringify({ corpus: `../${name}-notes` }));
  } else {
    const corpus = Object.entries(documents).map(([_id, [title, text]]) => ({ _id, title, text }));
    writeFileSync(join(folder, 'corpus.jsonl'), lines(corpus));
  }
  const asked = Object.entries(queries);
  const entries = asked.map(([text, answer], i) => ({
    _id: `q${i}`,
    text,
    metadata: { kind: answer === null ? 'none' : 'words', language: 'en' },
  }));
  writeFileSync(join(folder, 'queries.jsonl'), lines(entries));
  const judged = asked.flatMap(([, answer], i) => (answer === null ? [] : [`q${i}\t${answer}\t1`]));
  writeFileSync(join(folder, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('\n')}\n`);
  return folder;
}
