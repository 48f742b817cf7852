import { setImmediate } from 'node:timers/promises';
import { fitLsa, LsaEmbedder, needsRefit } from '../embedding/lsa.ts';
import { TextKeys } from '../embedding/text-keys.ts';
import { type Corpus, readCorpus } from '../store/corpus.ts';
import type { Store } from '../store/store.ts';
import type { IndexProgress } from './indexer.ts';

/** Documents that are embedded at a time, and between two progress reports. */
const PORTION = 4096;

const PENDING = 'WHERE document_id NOT IN (SELECT document_id FROM embeddings)';

type OnProgress = (progress: IndexProgress) => void;

/**
 * Refits the basis when it is due, and embeds what has no embedding. Nothing to do costs nothing.
 *
 * @returns whether the basis is a new one
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
  const termCount = (store.sql('SELECT coalesce(max(id), 0) FROM terms').pluck().get() as number) + 1;
  const model = fitLsa(corpus.texts, termCount, { onProgress: report, languages: corpus.languages });
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
  corpus: Corpus,
  fitted: { readonly id: number; readonly embedder: LsaEmbedder },
  onProgress: OnProgress,
): void {
  const total = corpus.documents.length;
  const keys = new TextKeys(fitted.embedder, corpus.titles.length + corpus.texts.length);
  try {
    let text = 0;
    for (let from = 0; from < total; from += PORTION) {
      onProgress({ phase: 'embed', done: from, total });
      text = embedPortion(store, corpus, fitted, keys, from, text);
    }
  } finally {
    keys.close();
  }
  onProgress({ phase: 'embed', done: total, total });
}

/** @param text the first text of document `from` @returns the first of the next portion */
function embedPortion(
  store: Store,
  { documents, passages, titles, texts }: Corpus,
  { id, embedder }: { readonly id: number; readonly embedder: LsaEmbedder },
  keys: TextKeys,
  from: number,
  text: number,
): number {
  const d = embedder.dimension;
  const portion = documents.subarray(from, from + PORTION);
  const counts = passages.subarray(from, from + PORTION);
  const end = counts.reduce((sum, count) => sum + count, text);
  const titleKeys = keys.of(titles, from, from + portion.length);
  const textKeys = keys.of(texts, text, end);
  let at = 0;
  portion.forEach((document, i) => {
    const count = counts[i] ?? 0;
    const title = titleKeys.subarray(i * d, (i + 1) * d);
    store.putEmbedding(document, id, title, textKeys.subarray(at * d, (at + count) * d));
    at += count;
  });
  return end;
}
