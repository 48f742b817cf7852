import { setImmediate } from 'node:timers/promises';
import { fitLsa, LsaEmbedder, needsRefit } from '../embedding/lsa.ts';
import { type Texts, textAt } from '../embedding/texts.ts';
import { quantize } from '../math/vector.ts';
import { type Corpus, readCorpus } from '../store/corpus.ts';
import type { Store } from '../store/store.ts';
import type { IndexProgress } from './indexer.ts';

/** Documents between two progress reports. */
const PORTION = 4096;

const PENDING = 'WHERE document_id NOT IN (SELECT document_id FROM embeddings)';

type OnProgress = (progress: IndexProgress) => void;

/**
 * Refits the basis if due, else embeds the documents that have no embedding.
 *
 * @returns whether the basis was refitted
 */
export async function embedDocuments(store: Store, onProgress: OnProgress): Promise<boolean> {
  const changed = Number(store.meta('changedPassages') ?? 0);
  const fitted = store.embedder();
  const isDue = needsRefit(fitted?.embedder.model ?? null, store.countPassages(), changed);
  if (isDue) await refit(store, onProgress);
  else embedPending(store, onProgress);
  return isDue;
}

async function refit(store: Store, onProgress: OnProgress): Promise<void> {
  const report = (share: number) => onProgress({ phase: 'fit', done: Math.round(100 * share), total: 100 });
  report(0);
  await setImmediate();
  const state = store.state();
  const corpus = readCorpus(store);
  const { texts, languages } = corpus;
  const model = fitLsa(texts, store.lastTermId() + 1, { onProgress: report, languages });
  const embedder = new LsaEmbedder({ ...model, passages: store.countPassages() });
  // One transaction: readers see the old basis with its vectors, or the new one with all of its own.
  store.transaction(() => {
    const id = store.replaceEmbedder(embedder);
    // If another process wrote during the fit, embed what is there now.
    embed(store, store.state() === state ? corpus : readCorpus(store), { id, embedder }, onProgress);
    store.setMeta('changedPassages', '0');
  });
}

/** Folds documents without an embedding into the present basis. */
function embedPending(store: Store, onProgress: OnProgress): void {
  if (store.value(`SELECT document_id FROM forward ${PENDING} LIMIT 1`) === undefined) return;
  store.transaction(() => {
    // Read inside the transaction: another process may have refitted while this one waited for the lock.
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
  const total = documents.length;
  let text = 0;
  documents.forEach((document, i) => {
    if (i % PORTION === 0) onProgress({ phase: 'embed', done: i, total });
    const first = text;
    text += passages[i] ?? 0;
    store.putEmbedding(
      document,
      id,
      keysOf(embedder, titles, i, i + 1),
      keysOf(embedder, texts, first, text),
    );
  });
  onProgress({ phase: 'embed', done: total, total });
}

/** E(text), quantised, of texts from … to − 1; (to − from) × dimension. */
function keysOf(embedder: LsaEmbedder, texts: Texts, from: number, to: number): Int8Array {
  const d = embedder.dimension;
  const keys = new Int8Array((to - from) * d);
  for (let i = from; i < to; i++) quantize(embedder.embed(textAt(texts, i)).vector, keys, (i - from) * d);
  return keys;
}
