import { type Texts, TextsBuilder } from '../embedding/texts.ts';
import { int32View } from './blobs.ts';
import type { Store } from './store.ts';

/** Documents as they are embedded, in flat arrays: of a hundred thousand, objects would take longer than the fit. */
export interface Corpus {
  /** Ascending. */
  readonly documents: Int32Array;
  /** How many passages each has. */
  readonly passages: Int32Array;
  readonly titles: Texts;
  /**
   * Every passage with the names of its document, its title and its aliases: measured +1 to +6
   * points of nDCG@10 on four of five collections. A document without a passage has one text, its names.
   */
  readonly texts: Texts;
}

/** The documents of an index. @param where a condition in SQL on rows of `forward`; all of them without one */
export function readCorpus(store: Store, where = ''): Corpus {
  const rows = store.sql(`SELECT document_id, terms FROM forward ${where} ORDER BY document_id`);
  const documents: number[] = [];
  const passages: number[] = [];
  const titles = new TextsBuilder();
  const texts = new TextsBuilder();
  for (const row of rows.raw().iterate()) {
    const [id, blob] = row as [number, Buffer];
    const encoded = int32View(blob); // see encodeTerms
    const lists = encoded[0] ?? 0;
    const ends = new Array<number>(lists + 1).fill(1 + lists);
    for (let i = 0; i < lists; i++) ends[i + 1] = (ends[i] ?? 0) + 2 * (encoded[1 + i] ?? 0);
    const list = (i: number) => encoded.subarray(ends[i], ends[i + 1]);
    titles.add(list(0));
    titles.end();
    for (let i = 2; i < Math.max(3, lists); i++) {
      for (const part of i < lists ? [0, 1, i] : [0, 1]) texts.add(list(part));
      texts.end();
    }
    documents.push(id);
    passages.push(Math.max(0, lists - 2));
  }
  return {
    documents: Int32Array.from(documents),
    passages: Int32Array.from(passages),
    titles: titles.build(),
    texts: texts.build(),
  };
}
