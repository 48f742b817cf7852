import type { DocumentInput } from '../../lib/document.ts';
import type { TermCounts } from '../../lib/embedding/texts.ts';
import { type Texts, TextsBuilder } from '../../lib/embedding/texts.ts';
import { type ForwardIndex, fillPostings, type Postings, postingsIn } from '../../lib/lexical/postings.ts';
import type { TermDocument } from './reference.ts';

/** Term ids, assigned in order of first use. */
export class Vocabulary {
  readonly ids = new Map<string, number>();

  idOf(term: string): number {
    const known = this.ids.get(term);
    if (known !== undefined) return known;
    this.ids.set(term, this.ids.size);
    return this.ids.size - 1;
  }

  /** Term counts of a space-separated text. Unknown terms get a new id. */
  counts(text: string): TermCounts {
    return this.#count(text, (term) => this.idOf(term));
  }

  /** Term counts of a query. A term that no text has gets −1. */
  query(text: string): TermCounts {
    return this.#count(text, (term) => this.ids.get(term) ?? -1);
  }

  #count(text: string, idOf: (term: string) => number): TermCounts {
    const counts = new Map<string, number>();
    for (const term of text.split(' ').filter(Boolean)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return { ids: Array.from(counts.keys(), idOf), counts: [...counts.values()] };
  }
}

/** Packs term counts as the input of a fit. */
export function textsOf(lists: readonly TermCounts[]): Texts {
  const builder = new TextsBuilder();
  for (const { ids, counts } of lists) {
    builder.add(Int32Array.from({ length: 2 * ids.length }, (_, i) => (i % 2 ? counts : ids)[i >> 1] ?? 0));
    builder.end();
  }
  return builder.build();
}

/** The forward index of documents, from which postings are built. */
export function forwardIndex(documents: readonly TermDocument[], vocabulary: Vocabulary): ForwardIndex {
  const offsets = [0];
  const terms: number[] = [];
  const titleCounts: number[] = [];
  const contentCounts: number[] = [];
  for (const { title, content } of documents) {
    for (const term of new Set([...title, ...content])) {
      terms.push(vocabulary.idOf(term));
      titleCounts.push(title.filter((other) => other === term).length);
      contentCounts.push(content.filter((other) => other === term).length);
    }
    offsets.push(terms.length);
  }
  return {
    documents: documents.length,
    termCount: vocabulary.ids.size,
    offsets: Int32Array.from(offsets),
    terms: Int32Array.from(terms),
    titleCounts: Uint16Array.from(titleCounts),
    ownTitleCounts: Uint16Array.from(titleCounts),
    contentCounts: Uint16Array.from(contentCounts),
  };
}

/** Builds the postings of a forward index in newly allocated arrays. */
export function buildPostings(forward: ForwardIndex, titleWeight: number): Postings {
  const { documents, termCount, terms } = forward;
  const arrays = {
    offsets: new Int32Array(termCount + 1),
    documentIds: new Int32Array(terms.length),
    counts: new Float32Array(terms.length),
    lengths: new Float32Array(documents),
    textLengths: new Float32Array(documents),
  };
  fillPostings(forward, titleWeight, arrays);
  return postingsIn(arrays);
}

export function textDocument(title: string, content: string, uri = title): DocumentInput {
  return { uri, title, content, format: 'text' };
}

/**
 * Texts on three subjects that share no word. "car" and "automobile" share neighbours but never a
 * document.
 */
export const CO_OCCURRENCE: readonly string[] = [
  'car engine wheel road driver',
  'car engine brake road fuel',
  'car wheel brake driver fuel',
  'automobile engine wheel road brake',
  'automobile brake fuel driver road',
  'automobile engine fuel wheel driver',
  'bread flour oven yeast dough',
  'bread oven dough salt yeast',
  'loaf flour yeast salt oven',
  'loaf dough flour oven salt',
  'star telescope planet orbit moon',
  'star galaxy orbit telescope night',
  'planet moon orbit galaxy night',
  'telescope night moon star galaxy',
];

/** Eight notes, six in English and two in Korean, for tests of a whole engine. */
export const NOTES: readonly DocumentInput[] = [
  textDocument(
    'Softmax',
    'Softmax turns scores into weights that sum to one. A lower temperature sharpens them.',
    'softmax',
  ),
  textDocument(
    'Scaled dot-product attention',
    'A query is compared with every key. The weights blend the values.',
    'attention',
  ),
  textDocument(
    'Sourdough bread',
    'Mix flour, water and salt. Let the dough rest overnight and bake it in a hot oven.',
    'sourdough',
  ),
  textDocument('Kimchi stew', 'Simmer old kimchi with pork and tofu. Serve the stew with rice.', 'kimchi'),
  textDocument(
    'Phases of the moon',
    'The moon waxes and wanes in a month. A full moon rises at sunset.',
    'moon',
  ),
  textDocument(
    'Watering tomatoes',
    'Water the soil in the morning, never the leaves. Tomatoes like sun.',
    'tomatoes',
  ),
  textDocument(
    '데이터베이스 인덱스',
    '인덱스는 검색을 빠르게 한다. 데이터베이스에서 책의 찾아보기와 같은 역할을 한다.',
    'index-ko',
  ),
  textDocument(
    '프로세스와 스레드',
    '프로세스는 메모리를 따로 쓰고, 스레드는 메모리를 함께 쓴다.',
    'process-ko',
  ),
];
