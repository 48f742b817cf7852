import { type Property, searchedProperties, searchedTags } from './document.ts';
import type { Engine } from './engine.ts';
import { noDocument } from './errors.ts';
import { commonDocuments } from './lexical/postings.ts';
import { positionOf } from './math/sorted.ts';
import { once, perIndex } from './per-index.ts';
import type { Run } from './query/query.ts';
import { type ReadSentence, readSentences } from './read-sentences.ts';
import type { SearchArrays } from './store/arrays.ts';
import { type ReadableDocument, readableDocument } from './store/readable.ts';
import type { Word } from './text/analyzer.ts';
import { rejoined } from './text/hangul.ts';
import { type Places, placesOf } from './text/matches.ts';
import { stripParticle } from './text/particles.ts';
import type { Span } from './text/sentences.ts';

/** A document prepared for display and answers; each part is computed once, on first use. */
export interface ReadDocument {
  readonly document: ReadableDocument;
  /** [start, end) of each passage in the content. */
  readonly passages: readonly Span[];
  /** The words of passage i that have terms, with offsets into the content. */
  words(i: number): readonly Word[];
  /** Where the terms of those words are. */
  places(i: number): Places;
  /** The term ids of every passage, as stored: far cheaper than analysing its words. */
  terms(): readonly Int32Array[];
  /** The meaning of each of those words. */
  meanings(i: number): readonly Meaning[];
  /** The same, with the basis rows of all words in one array. */
  topics(i: number): Topics;
  /** Its tags, with their terms. */
  tags(): readonly Tag[];
  /** Its properties, with their terms. */
  properties(): readonly (Property & { readonly terms: readonly string[] })[];
  /** The sentences that an answer can quote, and those that introduce them. */
  sentences(): readonly ReadSentence[];
}

interface Tag {
  readonly name: string;
  readonly terms: readonly string[];
}

const LIMITS = {
  /** Most characters of all cached documents. */
  characters: 2_000_000,
  /**
   * Overhead of a cached document, and of a cached meaning, in characters: a gloss of a dozen words takes 6 KB, so
   * thousands of one-line notes matter.
   */
  documentCost: 4000,
  meaningCost: 20,
  /**
   * Documents longer than `long` characters have a cache of their own, of `longCharacters`, so that one of them
   * does not evict all others.
   */
  long: 500_000,
  longCharacters: 32_000_000,
} as const;

/** A word in terms of an index. */
export interface Meaning {
  /** The same for words with the same terms. */
  readonly key: string;
  /**
   * As written, but Korean words without their particle if more than one syllable remains: 높은 does not become 높.
   */
  readonly text: string;
  /** Ids of its terms, and the basis rows of those that have one. */
  readonly ids: readonly number[];
  readonly rows: readonly number[];
}

/** Words with all their basis rows. */
export interface Topics {
  readonly words: readonly Meaning[];
  readonly rows: Int32Array;
  /** The rows of word w are rows[starts[w]] … rows[starts[w + 1] − 1]. */
  readonly starts: Int32Array;
}

interface Cache {
  readonly documents: Map<number, ReadDocument>;
  /** Keyed by the word as written. */
  readonly meanings: Map<string, Meaning>;
  characters: number;
  readonly room: number;
}

const cachesOf = perIndex(() => {
  const empty = (room: number): Cache => ({ documents: new Map(), meanings: new Map(), characters: 0, room });
  return { short: empty(LIMITS.characters), long: empty(LIMITS.longCharacters) };
});

/** A document, from the cache or the index in the state of `arrays`. @throws {SearchError} NOT_FOUND */
export function readDocument(engine: Engine, arrays: SearchArrays, id: number): ReadDocument {
  const { short, long } = cachesOf(arrays);
  const known = short.documents.get(id) ?? long.documents.get(id);
  if (known) return known;
  const document = readableDocument(engine.store, id);
  if (!document) throw noDocument(id);
  const read = open(engine, arrays, document);
  const { length } = document.content;
  const cache = length > LIMITS.long ? long : short;
  makeRoom(cache, length + LIMITS.documentCost);
  cache.documents.set(id, read);
  return read;
}

/**
 * A document as a run reads it. The run keeps it, so that none is read twice for one answer, even if its documents exceed
 * the cache.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function readFor(
  engine: Engine,
  { arrays, read }: Pick<Run, 'arrays' | 'read'>,
  id: number,
): ReadDocument {
  const known = read.get(id) ?? readDocument(engine, arrays, id);
  read.set(id, known);
  return known;
}

/** To see whether a word is written: most documents read, and most terms of one; longer ones are taken to have it. */
const READING = { documents: 16, terms: 5000 } as const;

/** Whether one of the first documents that have all pairs of a Hangul word has a word that begins with it. */
export function isWritten(engine: Engine, arrays: SearchArrays, pairs: readonly string[]): boolean {
  const word = new RegExp(`(?<![가-힣])${rejoined(pairs)}`);
  return isRead(engine, arrays, pairs, (text) => word.test(text));
}

/** The same for the word itself, with or without a particle or an ending. */
export function isWrittenWhole(engine: Engine, arrays: SearchArrays, pairs: readonly string[]): boolean {
  const stem = rejoined(pairs);
  const words = new RegExp(`(?<![가-힣])${stem}[가-힣]{0,4}(?![가-힣])`, 'g');
  const isStem = (word: string) => rejoined(engine.analyzer.terms(word)) === stem;
  return isRead(engine, arrays, pairs, (text) => [...new Set(text.match(words))].some(isStem));
}

/** Whether a text of one of the first documents that have all of some pairs passes a test. */
function isRead(
  engine: Engine,
  arrays: SearchArrays,
  pairs: readonly string[],
  test: (text: string) => boolean,
): boolean {
  const ids = pairs.map((pair) => arrays.terms.get(pair) ?? -1);
  return commonDocuments(arrays.postings, ids, READING.documents).some((i) => {
    if ((arrays.postings.lengths[i] as number) > READING.terms) return true;
    const { document } = readDocument(engine, arrays, arrays.ids[i] as number);
    const { title, content, uri, tags, properties } = document;
    const labels = [...tags, ...properties.flatMap(({ name, value }) => [name, value])];
    return [title, content, uri, ...labels].some((text) => test(text.normalize('NFC')));
  });
}

/** The meaning of a word that has terms. */
export function meaningOf(arrays: SearchArrays, { text, terms }: Pick<Word, 'text' | 'terms'>): Meaning {
  const { short: cache } = cachesOf(arrays);
  const known = cache.meanings.get(text);
  if (known) return known;
  const rows = arrays.embedder?.model.rows;
  const ids = terms.map((term) => arrays.terms.get(term) ?? -1);
  const noun = stripParticle(text);
  const meaning = {
    key: terms.join(' '),
    text: noun.length > 1 ? noun : text,
    ids,
    rows: ids.map((id) => rows?.[id] ?? -1).filter((row) => row >= 0),
  };
  makeRoom(cache, text.length + LIMITS.meaningCost);
  cache.meanings.set(text, meaning);
  return meaning;
}

function topicsOf(words: readonly Meaning[]): Topics {
  const starts = new Int32Array(words.length + 1);
  for (let w = 0; w < words.length; w++)
    starts[w + 1] = (starts[w] as number) + (words[w] as Meaning).rows.length;
  return { words, rows: Int32Array.from(words.flatMap(({ rows }) => rows)), starts };
}

/** A full cache is cleared as a whole, which is simpler than evicting the oldest; see `readFor`. */
function makeRoom(cache: Cache, characters: number): void {
  cache.characters += characters;
  if (cache.characters <= cache.room) return;
  cache.documents.clear();
  cache.meanings.clear();
  cache.characters = characters;
}

function open(engine: Engine, arrays: SearchArrays, document: ReadableDocument): ReadDocument {
  const { content } = document;
  const passages = passagesOf(arrays, document.id);
  const words = once((i) => {
    const [start, end] = passages[i] ?? [0, 0];
    return engine.analyzer.words(content.slice(start, end), start).filter(({ terms }) => terms.length > 0);
  });
  const meanings = once((i) => words(i).map((word) => meaningOf(arrays, word)));
  return {
    document,
    passages,
    words,
    places: once((i) => placesOf(words(i))),
    terms: once(() =>
      engine.store.documentTerms(document.id).passages.map(({ ids }) => Int32Array.from(ids)),
    ),
    meanings,
    topics: once((i) => topicsOf(meanings(i))),
    tags: once(() =>
      searchedTags(document.tags).map((name) => ({ name, terms: engine.analyzer.terms(name) })),
    ),
    properties: once(() =>
      searchedProperties(document.properties).map(({ words, ...property }) => ({
        ...property,
        terms: engine.analyzer.terms(words),
      })),
    ),
    sentences: once(() => readSentences(engine, arrays, document, { passages, words, meanings })),
  };
}

/** [start, end) of the passages of a document in its content, in order; [] for an unknown id. */
export function passagesOf({ ids, passageOffsets, passageSpans }: SearchArrays, id: number): Span[] {
  const index = positionOf(ids, id);
  if (index < 0) return [];
  const first = passageOffsets[index] as number;
  return Array.from({ length: (passageOffsets[index + 1] as number) - first }, (_, i): Span => {
    const at = 2 * (first + i);
    return [passageSpans[at] as number, passageSpans[at + 1] as number];
  });
}
