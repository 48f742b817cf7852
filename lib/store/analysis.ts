import { hash } from 'node:crypto';
import {
  type DocumentInput,
  foldersOf,
  type Property,
  searchedProperties,
  searchedTags,
} from '../document.ts';
import type { Analyzer } from '../text/analyzer.ts';
import { detectLanguage } from '../text/language.ts';
import { passages } from '../text/passages.ts';
import { FIELDS } from './blobs.ts';
import type { StoredDocument } from './store.ts';
import { TermWriter } from './term-writer.ts';

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
  /** What `TermWriter` wrote of every document, with the analyst's numbers for ids; document i has [termEnds[i − 1], termEnds[i]). */
  readonly terms: Int32Array<ArrayBuffer>;
  readonly termEnds: Int32Array<ArrayBuffer>;
}

type Fields = [
  title: string,
  content: string,
  unknown,
  unknown,
  tags: string[],
  aliases: string[],
  unknown,
  unknown,
  folders: string,
  properties?: Property[],
];

/** Everything a document brings, as JSON: equal text, equal document. What is stored as null it did not bring. */
export function writtenOf(document: DocumentInput | StoredDocument, knownHash: string | null): Written {
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
  return { text: JSON.stringify([title, content, format, ...optional]), knownHash };
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

  analyze(documents: readonly Written[]): Analysis {
    const hashes: string[] = [];
    const languages: (string | null)[] = [];
    const spans: number[] = [];
    const spanEnds = new Int32Array(documents.length);
    const termEnds = new Int32Array(documents.length);
    documents.forEach(({ text, knownHash }, i) => {
      const made = hash('sha256', text);
      hashes.push(made);
      languages.push(made === knownHash ? null : this.#analyzeInto(text, spans));
      spanEnds[i] = spans.length;
      termEnds[i] = this.#terms.length;
    });
    const newTerms = this.#newTerms;
    this.#newTerms = [];
    const terms = this.#terms.take();
    return { hashes, languages, newTerms, spans: Int32Array.from(spans), spanEnds, terms, termEnds };
  }

  /** Analyses one document; returns its language. */
  #analyzeInto(text: string, spans: number[]): string {
    const [title, content, , , tags, aliases, , , folders, properties = []] = JSON.parse(text) as Fields;
    const cut = passages(content);
    // What has nothing but its names is found by them: its one passage is empty, and its key is theirs.
    if (cut.length === 0) cut.push([0, 0]);
    this.#terms.begin(FIELDS + cut.length);
    this.#terms.add(this.#numbersOf(title));
    this.#terms.add(this.#numbersOf(aliases.join('\n')));
    const words = searchedProperties(properties).map((property) => property.words);
    this.#terms.add(this.#numbersOf([folders, ...searchedTags(tags), ...words].join('\n')));
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
