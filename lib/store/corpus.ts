import { type Texts, TextsBuilder } from '../embedding/texts.ts';
import { FIELDS, int32View, listsAt } from './blobs.ts';
import { decoded } from './sqlite.ts';
import type { Store } from './store.ts';

/**
 * Documents as input of the embedder, in flat arrays: for a hundred thousand, creating objects would take longer
 * than the fit.
 */
export interface Corpus {
  /** (N) document ids, ascending. */
  readonly documents: Int32Array;
  /** (N) number of passages, at least 1. */
  readonly passages: Int32Array;
  readonly titles: Texts;
  /**
   * Every passage together with its document's title, aliases and labels (folders, tags and properties). Measured
   * for title and aliases: +1 to +6 points of nDCG@10 on four of five collections. At most MOST_SHARED of their terms.
   */
  readonly texts: Texts;
  /** Language of the document of each text, numbered in order of appearance. */
  readonly languages: Int32Array;
}

/**
 * Most terms of a document's names and labels in each of its passages. Ordinary notes have a tenth of that; a note of
 * 10 MB with 20,000 characters of tags took a minute and 2 GB.
 */
const MOST_SHARED = 1000;

/** The documents of an index. @param where SQL condition on rows of `forward`; all of them without one */
export function readCorpus(store: Store, where = ''): Corpus {
  return decoded(store.path, () => readRows(store, where));
}

function readRows(store: Store, where: string): Corpus {
  const rows = store.sql(
    `SELECT document_id, terms, language FROM forward JOIN documents ON id = document_id ${where} ORDER BY document_id`,
  );
  const documents: number[] = [];
  const passages: number[] = [];
  const titles = new TextsBuilder();
  const texts = new TextsBuilder();
  const known = new Map<string, number>();
  const languages: number[] = [];
  for (const row of rows.raw().iterate()) {
    const [id, blob, language] = row as [number, Buffer, string];
    const group = known.get(language) ?? known.size;
    known.set(language, group);
    const encoded = int32View(blob); // see `TermWriter`
    const lists = listsAt(encoded, 0);
    const ends = new Array<number>(lists + 1).fill(1 + lists);
    for (let i = 0; i < lists; i++) ends[i + 1] = (ends[i] ?? 0) + 2 * (encoded[1 + i] ?? 0);
    const list = (i: number) => encoded.subarray(ends[i], ends[i + 1]);
    titles.add(list(0));
    titles.end();
    const shared: Int32Array[] = [];
    for (let part = 0, left = 2 * MOST_SHARED; part < FIELDS; part++) {
      const terms = list(part).subarray(0, left);
      left -= terms.length;
      shared.push(terms);
    }
    for (let i = FIELDS; i < lists; i++) {
      for (const part of shared) texts.add(part);
      texts.add(list(i));
      texts.end();
      languages.push(group);
    }
    documents.push(id);
    passages.push(lists - FIELDS);
  }
  return {
    documents: Int32Array.from(documents),
    passages: Int32Array.from(passages),
    titles: titles.build(),
    texts: texts.build(),
    languages: Int32Array.from(languages),
  };
}
