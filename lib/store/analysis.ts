import { hash } from 'node:crypto';
import type { DocumentFormat, DocumentInput } from '../document.ts';
import type { TermCounts } from '../embedding/embedder.ts';
import { SearchError } from '../errors.ts';
import type { Analyzer } from '../text/analyzer.ts';
import { detectLanguage } from '../text/language.ts';
import { passages } from '../text/passages.ts';
import { encodeTerms } from './blobs.ts';

/** A document to be analysed, as one string: threads hand those to each other cheaply. */
export interface Written {
  /** JSON of everything the document brings; its hash names what is stored. */
  readonly text: string;
  /** Hash of what the index has under its uri; the same one needs no analysis. */
  readonly knownHash: string | null;
}

/** What an analysis comes to, in flat arrays that go from thread to thread without being copied. */
export interface Analysis {
  /** Of every document: SHA-256 and BCP 47 tag; no tag where the known hash was the same and the rest is empty. */
  readonly hashes: readonly string[];
  readonly languages: readonly (string | null)[];
  /** Terms that this analyst met for the first time: they have the next numbers, in this order. */
  readonly newTerms: readonly string[];
  /** Start and end of every passage; document i has [spanEnds[i − 1], spanEnds[i]). */
  readonly spans: Int32Array<ArrayBuffer>;
  readonly spanEnds: Int32Array<ArrayBuffer>;
  /** `encodeTerms` of every document with the analyst's numbers for ids; document i has [termEnds[i − 1], termEnds[i]). */
  readonly terms: Int32Array<ArrayBuffer>;
  readonly termEnds: Int32Array<ArrayBuffer>;
}

type Fields = [title: string, content: string, unknown, unknown, unknown, aliases: string[]];

/** Everything a document brings, as JSON: equal text, equal document. */
export function writtenOf(document: DocumentInput, knownHash: string | null): Written {
  const { title, content, format, source, tags, aliases, date, links } = document;
  const optional = [source ?? null, tags ?? [], aliases ?? [], date ?? null, links ?? []];
  return { text: JSON.stringify([title, content, format, ...optional]), knownHash };
}

/** Hashes documents, cuts them into passages and counts their terms, in whatever thread. Terms are numbered as they come. */
export class Analyst {
  readonly #analyzer: Analyzer;
  readonly #numbers = new Map<string, number>();
  #newTerms: string[] = [];

  constructor(analyzer: Analyzer) {
    this.#analyzer = analyzer;
  }

  analyze(documents: readonly Written[]): Analysis {
    const hashes: string[] = [];
    const languages: (string | null)[] = [];
    const spans: Int32Array[] = [];
    const terms: Int32Array[] = [];
    for (const { text, knownHash } of documents) {
      const made = hash('sha256', text);
      const isKnown = made === knownHash;
      hashes.push(made);
      languages.push(isKnown ? null : this.#analyzeInto(text, spans, terms));
      if (isKnown) for (const list of [spans, terms]) list.push(new Int32Array(0));
    }
    const newTerms = this.#newTerms;
    this.#newTerms = [];
    const [allSpans, spanEnds] = joined(spans);
    const [allTerms, termEnds] = joined(terms);
    return { hashes, languages, newTerms, spans: allSpans, spanEnds, terms: allTerms, termEnds };
  }

  /** Analyses one document; returns its language. */
  #analyzeInto(text: string, spans: Int32Array[], terms: Int32Array[]): string {
    const [title, content, , , , aliases] = JSON.parse(text) as Fields;
    const cut = passages(content);
    spans.push(Int32Array.from(cut.flat()));
    terms.push(
      encodeTerms({
        title: this.#count(title),
        aliases: this.#count(aliases.join('\n')),
        passages: cut.map(([start, end]) => this.#count(content.slice(start, end))),
      }),
    );
    return detectLanguage(`${title}\n${content}`);
  }

  /** Distinct terms of a text in order of first occurrence, with their counts. */
  #count(text: string): TermCounts {
    const counts = new Map<number, number>();
    for (const term of this.#analyzer.terms(text)) {
      const number = this.#numberOf(term);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return { ids: Int32Array.from(counts.keys()), counts: Int32Array.from(counts.values()) };
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

/** Arrays one after another, and where each ends. */
function joined(arrays: readonly Int32Array[]): [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>] {
  const ends = new Int32Array(arrays.length);
  let at = 0;
  arrays.forEach((array, i) => {
    at += array.length;
    ends[i] = at;
  });
  const all = new Int32Array(at);
  arrays.forEach((array, i) => {
    all.set(array, (ends[i] as number) - array.length);
  });
  return [all, ends];
}

/** Longer titles are minified text or a broken export; the key of such a document means nothing. */
const LONGEST_TITLE = 1000;

const FORMATS: ReadonlySet<DocumentFormat> = new Set(['markdown', 'text', 'html', 'json', 'csv', 'pdf']);

/** @throws {SearchError} INVALID_DOCUMENT, naming the field and the document */
export function checkDocument(document: DocumentInput): void {
  const fail = (what: string) => {
    throw new SearchError('INVALID_DOCUMENT', `Document ${JSON.stringify(document?.uri ?? null)}: ${what}.`);
  };
  if (typeof document !== 'object' || document === null) fail(`expected an object, got ${typeof document}`);
  if (typeof document.uri !== 'string' || document.uri === '') fail('expected uri to be a non-empty string');
  if (typeof document.title !== 'string') fail(`expected title to be a string, got ${typeof document.title}`);
  if (document.title.length > LONGEST_TITLE)
    fail(`expected a title of at most ${LONGEST_TITLE} characters, got ${document.title.length}`);
  if (typeof document.content !== 'string')
    fail(`expected content to be a string, got ${typeof document.content}`);
  if (!FORMATS.has(document.format))
    fail(`expected format to be one of ${[...FORMATS].join(', ')}, got ${String(document.format)}`);
  for (const field of ['source', 'date'] as const) {
    if (document[field] !== undefined && typeof document[field] !== 'string')
      fail(`expected ${field} to be a string, got ${typeof document[field]}`);
  }
  for (const field of ['tags', 'aliases', 'links'] as const) {
    const list: unknown = document[field];
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string')))
      fail(`expected ${field} to be a list of strings`);
  }
}
