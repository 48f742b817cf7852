import { hash } from 'node:crypto';
import { type DocumentInput, foldersOf, searchedProperties, searchedTags } from '../document.ts';
import type { Analyzer } from '../text/analyzer.ts';
import { detectLanguage } from '../text/language.ts';
import { passages } from '../text/passages.ts';
import { FIELDS } from './blobs.ts';
import type { StoredDocument } from './store.ts';
import { TermWriter } from './term-writer.ts';

/** A document to be analysed. */
export interface Given {
  readonly document: DocumentInput | StoredDocument;
  /** Hash of what the index has under its uri; the same one needs no analysis. */
  readonly knownHash: string | null;
}

/** What the analysis of a document comes to. */
export interface Analyzed {
  /** SHA-256. */
  readonly hash: string;
  /** BCP 47; null where the known hash was the same: then the rest is empty. */
  readonly language: string | null;
  /** Start and end of every passage. */
  readonly spans: Int32Array;
  /** What `TermWriter` wrote, with the analyst's numbers for ids. */
  readonly terms: Int32Array;
}

export interface Analysis {
  /** Their arrays are parts of two, which go from thread to thread in one piece each. */
  readonly documents: readonly Analyzed[];
  /** Terms that this analyst met for the first time: they have the next numbers, in this order. */
  readonly newTerms: readonly string[];
}

/**
 * Everything a document brings, as JSON, whose hash names what is stored: equal text, equal document. What is stored as
 * null it did not bring.
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
  // Last, and only where there are any: what has none has the hash that it had before there were any.
  if (properties.length > 0) optional.push(properties);
  return JSON.stringify([title, content, format, ...optional]);
}

/** Hashes documents, cuts them into passages and counts their terms, in whatever thread. Terms are numbered as they come. */
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
    // What has nothing but its names is found by them: its one passage is empty, and its key is theirs.
    if (cut.length === 0) cut.push([0, 0]);
    this.#terms.begin(FIELDS + cut.length);
    this.#terms.add(this.#numbersOf(title));
    this.#terms.add(this.#numbersOf(aliases.join('\n')));
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
