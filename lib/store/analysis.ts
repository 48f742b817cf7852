import { createHash } from 'node:crypto';
import type { DocumentFormat, DocumentInput } from '../document.ts';
import type { TermCounts } from '../embedding/embedder.ts';
import { SearchError } from '../errors.ts';
import type { Analyzer } from '../text/analyzer.ts';
import { passages, type Span } from '../text/passages.ts';
import type { DocumentTerms } from './blobs.ts';

/** A document cut and counted, ready to be stored. */
export interface AnalyzedDocument {
  readonly terms: DocumentTerms;
  readonly spans: readonly Span[];
}

/** Longer titles are minified text or a broken export; the key of such a document means nothing. */
const LONGEST_TITLE = 1000;

/** Cuts a document into passages and counts terms; `idOf` gives every term its id, making new ones. */
export function analyzeDocument(
  document: DocumentInput,
  analyzer: Analyzer,
  idOf: (term: string) => number,
): AnalyzedDocument {
  const spans = passages(document.content);
  return {
    spans,
    terms: {
      title: countTerms(analyzer.terms(document.title), idOf),
      aliases: countTerms(analyzer.terms((document.aliases ?? []).join('\n')), idOf),
      passages: spans.map(([start, end]) =>
        countTerms(analyzer.terms(document.content.slice(start, end)), idOf),
      ),
    },
  };
}

/** Distinct terms of a list in order of first occurrence, with their counts. */
export function countTerms(terms: readonly string[], idOf: (term: string) => number): TermCounts {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const id = idOf(term);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return { ids: Int32Array.from(counts.keys()), counts: Int32Array.from(counts.values()) };
}

/** Sum of term counts: the title's with a passage's, as both are embedded together. */
export function addCounts(a: TermCounts, b: TermCounts): TermCounts {
  const ids = new Int32Array(a.ids.length + b.ids.length);
  const counts = new Int32Array(ids.length);
  ids.set(a.ids);
  counts.set(a.counts);
  let length = a.ids.length;
  // A title has few terms: looking through them all is faster than any table.
  for (let k = 0; k < b.ids.length; k++) {
    const id = b.ids[k] as number;
    let at = 0;
    while (at < a.ids.length && ids[at] !== id) at++;
    if (at === a.ids.length) at = length++;
    ids[at] = id;
    counts[at] = (counts[at] as number) + (b.counts[k] as number);
  }
  return { ids: ids.subarray(0, length), counts: counts.subarray(0, length) };
}

/** SHA-256 over everything a document brings: equal hash, nothing to do. */
export function hashDocument(document: DocumentInput): string {
  const { title, content, format, source, tags, aliases, date, links } = document;
  return createHash('sha256')
    .update(
      JSON.stringify([
        title,
        content,
        format,
        source ?? null,
        tags ?? [],
        aliases ?? [],
        date ?? null,
        links ?? [],
      ]),
    )
    .digest('hex');
}

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
