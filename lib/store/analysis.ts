import { hash } from 'node:crypto';
import {
  type DocumentInput,
  foldersOf,
  searchedAliases,
  searchedProperties,
  searchedTags,
} from '../document.ts';
import type { Analyzer } from '../text/analyzer.ts';
import { detectLanguage } from '../text/language.ts';
import { passages } from '../text/passages.ts';
import { FIELDS } from './blobs.ts';
import type { StoredDocument } from './store.ts';
import { TermWriter } from './term-writer.ts';

/** A document to analyse. */
export interface Given {
  readonly document: DocumentInput | StoredDocument;
  /** Hash of the document that the index has under this uri. If the hash is unchanged, analysis is skipped. */
  readonly knownHash: string | null;
}

/** The result of analysing a document. */
export interface Analyzed {
  /** SHA-256 of everything that comes from the document, see `writtenOf`. */
  readonly hash: string;
  /** BCP 47 tag from `detectLanguage`; null where the hash equals the known one. Then the rest is empty. */
  readonly language: string | null;
  /** Start and end of every passage, (2 · passages), UTF-16 units. */
  readonly spans: Int32Array;
  /** The lists of `TermWriter`, with the analyst's own term numbers in place of ids. */
  readonly terms: Int32Array;
}

/** The analyses of a batch of documents. */
export interface Analysis {
  /** Their arrays are views of two buffers, so that a thread sends each buffer in one piece. */
  readonly documents: readonly Analyzed[];
  /** Terms that this analyst met for the first time. They have the next numbers, in this order. */
  readonly newTerms: readonly string[];
}

/**
 * Everything that comes from a document, as JSON. Its hash identifies the stored version: equal JSON, equal
 * document. A field stored as null counts as not given.
 */
export function writtenOf(document: Given['document']): string {
  const { uri, title, content, format, source, tags, aliases, date, links, properties = [] } = document;
  const optional: unknown[] = [
    source ?? null,
    tags ?? [],
    aliases ?? [],
    date ?? null,
    links ?? [],
    foldersOf(uri),
  ];
  // Last, and only if there are any, so that documents without properties keep the hash of versions that had none.
  if (properties.length > 0) optional.push(properties);
  return JSON.stringify([title, content, format, ...optional]);
}

/**
 * Hashes documents, cuts them into passages and counts their terms, in any thread. Numbers terms in order of
 * appearance.
 */
export class Analyst {
  readonly #analyzer: Analyzer;
  readonly #numbers = new Map<string, number>();
  #newTerms: string[] = [];
  readonly #terms = new TermWriter();

  constructor(analyzer: Analyzer) {
    this.#analyzer = analyzer;
  }

  analyze(documents: readonly Given[]): Analysis {
    const spans: number[] = [];
    const parts = documents.map(({ document, knownHash }) => {
      const made = hash('sha256', writtenOf(document));
      const [span, term] = [spans.length, this.#terms.length];
      const language = made === knownHash ? null : this.#analyzeInto(document, spans);
      return { hash: made, language, span: [span, spans.length], term: [term, this.#terms.length] };
    });
    const newTerms = this.#newTerms;
    this.#newTerms = [];
    const [allSpans, allTerms] = [Int32Array.from(spans), this.#terms.take()];
    return {
      documents: parts.map(({ hash: made, language, span, term }) => {
        return { hash: made, language, spans: allSpans.subarray(...span), terms: allTerms.subarray(...term) };
      }),
      newTerms,
    };
  }

  /** Analyses one document; returns its language. */
  #analyzeInto(document: Given['document'], spans: number[]): string {
    const { uri, title, content, tags = [], aliases = [], properties = [] } = document;
    const cut = passages(content);
    // A document without text is found by its names: it has one empty passage, whose embedding is made from them.
    if (cut.length === 0) cut.push([0, 0]);
    this.#terms.begin(FIELDS + cut.length);
    this.#terms.add(this.#numbersOf(title));
    this.#terms.add(this.#numbersOf(searchedAliases(aliases).join('\n')));
    const words = searchedProperties(properties).map((property) => property.words);
    this.#terms.add(this.#numbersOf([foldersOf(uri), ...searchedTags(tags), ...words].join('\n')));
    for (const [start, end] of cut) {
      spans.push(start, end);
      this.#terms.add(this.#numbersOf(content.slice(start, end)));
    }
    return detectLanguage(`${title}\n${content}`);
  }

  #numbersOf(text: string): number[] {
    return this.#analyzer.terms(text).map((term) => this.#numberOf(term));
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const made = this.#numbers.size;
    this.#numbers.set(term, made);
    this.#newTerms.push(term);
    return made;
  }
}
