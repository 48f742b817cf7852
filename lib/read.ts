import type { Engine } from './engine.ts';
import { SearchError } from './errors.ts';
import type { SearchArrays } from './store/arrays.ts';
import { type ReadableDocument, readableDocument } from './store/readable.ts';
import type { TermOccurrence } from './text/analyzer.ts';
import { stripParticle } from './text/hangul.ts';
import { type Places, placesOf } from './text/matches.ts';
import type { Span } from './text/passages.ts';
import { sentences } from './text/sentences.ts';

/** A document as an answer reads it; made once, for as long as the index is the same. */
export interface ReadDocument {
  readonly document: ReadableDocument;
  /** [start, end) of its passages. */
  readonly passages: readonly Span[];
  /** Terms of passage i, with offsets into the content. */
  occurrences(i: number): readonly TermOccurrence[];
  /** The same by term. */
  places(i: number): Places;
  /** What of it can be said in an answer. */
  sentences(): readonly ReadSentence[];
}

export interface ReadSentence {
  readonly span: Span;
  readonly terms: ReadonlySet<string>;
  /** E(sentence), length 1 or 0. */
  readonly vector: Float32Array;
}

const LIMITS = {
  /** Characters of all documents that are remembered. */
  characters: 2_000_000,
  /** Sentences of one document looked at; those after stay unread. */
  sentences: 400,
  /** Without a mark at its end, what is narrower than this says too little; a Hangul syllable is two wide. */
  narrowest: 24,
  /** What is longer is a log, a table or minified code. */
  longest: 600,
} as const;

const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

interface Shelf {
  readonly documents: Map<number, ReadDocument>;
  readonly words: Map<string, readonly ReadWord[]>;
  characters: number;
}

/** A word of a text; Korean ones without their particles. */
export interface ReadWord {
  /** The same for words of the same terms: the id of a single one, as numbers are told apart faster. */
  readonly meaning: number | string;
  readonly text: string;
  /** How many terms it has, and the rows of the basis of those that are in it. */
  readonly terms: number;
  readonly rows: readonly number[];
}

const shelves = new WeakMap<SearchArrays, Shelf>();

/** A document of the index as it is now. @throws {SearchError} NOT_FOUND */
export function readDocument(engine: Engine, arrays: SearchArrays, id: number): ReadDocument {
  const shelf = shelfOf(arrays);
  const known = shelf.documents.get(id);
  if (known) return known;
  const document = readableDocument(engine.store, id);
  if (!document) throw new SearchError('NOT_FOUND', `There is no document ${id}.`);
  const read = open(engine, arrays, document);
  makeRoom(shelf, read.document.content.length);
  shelf.documents.set(id, read);
  return read;
}

/** The distinct words of a text that mean something to a search, in order. */
export function wordsIn({ analyzer }: Engine, arrays: SearchArrays, text: string): readonly ReadWord[] {
  const shelf = shelfOf(arrays);
  const known = shelf.words.get(text);
  if (known) return known;
  makeRoom(shelf, text.length);
  const rows = arrays.embedder?.model.rows;
  const words = new Map<number | string, ReadWord>();
  for (const { text: typed, terms } of analyzer.words(text)) {
    if (terms.length === 0) continue;
    const ids = terms.map((term) => arrays.terms.get(term) ?? -1);
    const meaning = ids.length === 1 && ids[0] !== -1 ? (ids[0] as number) : terms.join(' ');
    if (words.has(meaning)) continue;
    words.set(meaning, {
      meaning,
      text: stripParticle(typed),
      terms: terms.length,
      rows: ids.map((id) => rows?.[id] ?? -1).filter((row) => row >= 0),
    });
  }
  const found = [...words.values()];
  shelf.words.set(text, found);
  return found;
}

function shelfOf(arrays: SearchArrays): Shelf {
  const known = shelves.get(arrays);
  if (known) return known;
  const shelf = { documents: new Map(), words: new Map(), characters: 0 };
  shelves.set(arrays, shelf);
  return shelf;
}

/** Everything is forgotten at once when the shelf is full: simpler than to know what is old, and as good. */
function makeRoom(shelf: Shelf, characters: number): void {
  shelf.characters += characters;
  if (shelf.characters <= LIMITS.characters) return;
  shelf.documents.clear();
  shelf.words.clear();
  shelf.characters = characters;
}

function open(engine: Engine, arrays: SearchArrays, document: ReadableDocument): ReadDocument {
  const { content, spans } = document;
  const passages = Array.from(
    { length: spans.length / 2 },
    (_, i): Span => [spans[2 * i] ?? 0, spans[2 * i + 1] ?? 0],
  );
  const found: (readonly TermOccurrence[] | undefined)[] = [];
  const occurrences = (i: number) => {
    const [start, end] = passages[i] ?? [0, 0];
    found[i] ??= engine.analyzer
      .occurrences(content.slice(start, end))
      .map((one) => ({ term: one.term, start: one.start + start, end: one.end + start }));
    return found[i];
  };
  const placed: (Places | undefined)[] = [];
  let said: readonly ReadSentence[] | null = null;
  return {
    document,
    passages,
    occurrences,
    places(i) {
      placed[i] ??= placesOf(occurrences(i));
      return placed[i];
    },
    sentences() {
      said ??= readSentences(arrays, content, { passages, occurrences });
      return said;
    },
  };
}

/** A sentence that is short enough to be one lies in one passage, whose terms are known already. */
function readSentences(
  arrays: SearchArrays,
  content: string,
  { passages, occurrences }: Pick<ReadDocument, 'passages' | 'occurrences'>,
): ReadSentence[] {
  let passage = 0;
  let next = 0;
  return sentences(content)
    .filter((span) => isSentence(content, span))
    .slice(0, LIMITS.sentences)
    .map((span) => {
      const counts = new Map<string, number>();
      while (passage < passages.length - 1 && (passages[passage] as Span)[1] <= span[0]) {
        passage++;
        next = 0;
      }
      const terms = occurrences(passage);
      for (; next < terms.length; next++) {
        const { term, start } = terms[next] as TermOccurrence;
        if (start >= span[1]) break;
        if (start >= span[0]) counts.set(term, (counts.get(term) ?? 0) + 1);
      }
      return readSentence(arrays, span, counts);
    });
}

function readSentence(arrays: SearchArrays, span: Span, counts: ReadonlyMap<string, number>): ReadSentence {
  const embedded = arrays.embedder?.embed({
    ids: Array.from(counts.keys(), (term) => arrays.terms.get(term) ?? -1),
    counts: [...counts.values()],
  });
  return { span, terms: new Set(counts.keys()), vector: new Float32Array(embedded?.vector ?? []) };
}

function isSentence(content: string, [start, end]: Span): boolean {
  if (end - start > LIMITS.longest) return false;
  const text = content.slice(start, end);
  if (/^(?:#{1,6}\s|[|:\s-]+$|`{3}|~{3})/.test(text)) return false; // a heading, a rule, a fence
  if (/[.!?…。！？]\W{0,3}$/.test(text)) return true;
  return text.length + (text.match(WIDE)?.length ?? 0) >= LIMITS.narrowest;
}
