import { fitLsa, LsaEmbedder, needsRefit } from './embedding/lsa.ts';
import { type Texts, textAt } from './embedding/texts.ts';
import type { IndexProgress } from './indexer.ts';
import { quantize } from './math/vector.ts';
import { type Corpus, readCorpus } from './store/corpus.ts';
import type { Store } from './store/store.ts';

/** Embeddings between two progress reports. */
const REPORT = 4096;

const PENDING = 'WHERE document_id NOT IN (SELECT document_id FROM embeddings)';

type OnProgress = (progress: IndexProgress) => void;

/** Refits the basis when it is due, and embeds what has no embedding. Nothing to do costs nothing. */
export async function embedDocuments(store: Store, onProgress: OnProgress): Promise<void> {
  const changed = Number(store.meta('changedPassages') ?? 0);
  const fitted = store.embedder();
  if (needsRefit(fitted?.embedder.model ?? null, store.countPassages(), changed))
    await refit(store, onProgress);
  else embedPending(store, onProgress);
}

async function refit(store: Store, onProgress: OnProgress): Promise<void> {
  const report = (share: number) => onProgress({ phase: 'fit', done: Math.round(100 * share), total: 100 });
  report(0);
  await new Promise((resolve) => setImmediate(resolve));
  const state = store.state();
  const corpus = readCorpus(store);
  const termCount = (store.sql('SELECT coalesce(max(id), 0) FROM terms').pluck().get() as number) + 1;
  const model = fitLsa(corpus.texts, termCount, { onProgress: report });
  const embedder = new LsaEmbedder({ ...model, passages: store.countPassages() });
  // One transaction: readers see the old basis with its vectors, or the new one with all of its own.
  store.transaction(() => {
    const id = store.replaceEmbedder(embedder);
    // While it was fitted another process may have written: then what is there now is embedded.
    embed(store, store.state() === state ? corpus : readCorpus(store), { id, embedder }, onProgress);
    store.setMeta('changedPassages', '0');
  });
}

/** Folds documents without an embedding into the basis at hand. */
function embedPending(store: Store, onProgress: OnProgress): void {
  if (store.sql(`SELECT document_id FROM forward ${PENDING} LIMIT 1`).get() === undefined) return;
  store.transaction(() => {
    // Read inside: while this waited for the lock, another process may have refitted.
    const fitted = store.embedder();
    if (fitted) embed(store, readCorpus(store, PENDING), fitted, onProgress);
  });
}

function embed(
  store: Store,
  { documents, passages, titles, texts }: Corpus,
  { id, embedder }: { readonly id: number; readonly embedder: LsaEmbedder },
  onProgress: OnProgress,
): void {
  const d = embedder.dimension;
  const total = documents.length;
  const titleKeys = keysOf(embedder, titles);
  const textKeys = keysOf(embedder, texts);
  let text = 0;
  documents.forEach((document, i) => {
    const count = passages[i] ?? 0;
    const title = titleKeys.subarray(i * d, (i + 1) * d);
    store.putEmbedding(document, id, title, textKeys.subarray(text * d, (text + count) * d));
    text += Math.max(1, count);
    if (i % REPORT === 0) onProgress({ phase: 'embed', done: i, total });
  });
  onProgress({ phase: 'embed', done: total, total });
}

/** The key of every text; length × dimension. */
function keysOf(embedder: LsaEmbedder, texts: Texts): Int8Array {
  const d = embedder.dimension;
  const keys = new Int8Array(texts.length * d);
  for (let i = 0; i < texts.length; i++) quantize(embedder.embed(textAt(texts, i)).vector, keys, i * d);
  return keys;
}
