import type { Engine } from '../engine.ts';
import { checkNumber, noDocument, SearchError } from '../errors.ts';
import { passagesOf } from '../read.ts';
import { type Opening, openingOf } from '../store/readable.ts';
import { type Span, sentences, withoutMarker } from '../text/sentences.ts';

/** A part of a document and its span in the content, in UTF-16 units. */
interface Unit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Its number among the units of the document, or of the sentence, from 0. */
  readonly number: number;
}

/** The units of a document that attend to each other. */
export interface Units {
  readonly title: string;
  /** The kind of units: sentences, passages of a long document, or the words of one sentence. */
  readonly of: 'sentences' | 'passages' | 'words';
  readonly units: readonly Unit[];
}

const LIMITS = {
  /** Most units. With more sentences, passages take their place: a map of 200 × 200 is unreadable. */
  units: 80,
  /**
   * Characters of a document that are read: the units shown lie there, and a whole book would block all other
   * requests.
   */
  reach: 200_000,
  /** Most characters of the alternative text of a picture, and of its tag before that. */
  picture: 300,
} as const;

/**
 * The units of a document that attend to each other: its sentences, or its first passages where there are too many
 * sentences, or the words of one sentence.
 *
 * @param sentence number of the sentence whose words are the units
 * @throws {SearchError} NOT_FOUND, INVALID_PARAMETER
 */
export function unitsOf(engine: Engine, id: number, sentence?: number): Units {
  const opening = open(engine, id);
  const { title, content } = opening;
  const unitsAt = (spans: readonly Span[]) =>
    spans
      .slice(0, LIMITS.units)
      .map(([start, end], number) => ({ text: content.slice(start, end), start, end, number }));
  if (sentence !== undefined) {
    const [start, end] = withoutMarker(content, nthSentence(opening, id, sentence));
    const words = engine.analyzer.words(content.slice(start, end), start);
    const telling = words.filter(({ terms }) => terms.length > 0);
    return { title, of: 'words', units: unitsAt(telling.map((word) => [word.start, word.end])) };
  }
  const spans: Span[] = [];
  for (const span of sentencesIn(opening)) {
    spans.push(span);
    if (spans.length > LIMITS.units) break;
  }
  if (spans.length <= LIMITS.units && opening.isWhole)
    return { title, of: 'sentences', units: unitsAt(spans) };
  const passages = passagesOf(engine.arrays(), id).filter(([, end]) => end <= content.length);
  return { title, of: 'passages', units: unitsAt(passages) };
}

/** The text of a sentence by its number, without list marker. @throws {SearchError} NOT_FOUND, INVALID_PARAMETER */
export function sentenceOf(engine: Engine, id: number, number: number): string {
  const opening = open(engine, id);
  return opening.content.slice(...withoutMarker(opening.content, nthSentence(opening, id, number)));
}

function open(engine: Engine, id: number): Opening {
  const opening = openingOf(engine.store, id, LIMITS.reach);
  if (!opening) throw noDocument(id);
  return opening;
}

function nthSentence(opening: Opening, id: number, number: number): Span {
  let count = 0;
  for (const span of sentencesIn(opening)) if (count++ === number) return span;
  if (count > 0) checkNumber('sentence', number, 0, count - 1, true);
  const what = 'Document {id} has no sentences. Leave sentence out.';
  throw new SearchError('INVALID_PARAMETER', what, { facts: { id } });
}

/** The sentences in order, without the alternative texts of pictures. */
function* sentencesIn({ content, source }: Opening): Generator<Span> {
  const pictures = picturesIn(source ?? '');
  for (const [start, end] of sentences(content)) {
    const isPicture = end - start <= LIMITS.picture && pictures.has(said(content.slice(start, end)));
    if (!isPicture) yield [start, end];
  }
}

/**
 * The alternative text of pictures in Markdown or HTML. Bounded in length, because unbounded the search takes long.
 */
const PICTURE = new RegExp(
  [
    `!\\[([^\\]\\n]{0,${LIMITS.picture}})\\]`,
    `<img\\b[^>]{0,${LIMITS.picture}}?\\balt="([^"]{0,${LIMITS.picture}})"`,
    `<img\\b[^>]{0,${LIMITS.picture}}?\\balt='([^']{0,${LIMITS.picture}})'`,
  ].join('|'),
  'gi',
);

function picturesIn(source: string): ReadonlySet<string> {
  return new Set(Array.from(source.matchAll(PICTURE), ([, ...alternatives]) => said(alternatives.join(''))));
}

/** A text without list marker and with white space collapsed. */
function said(text: string): string {
  return text
    .replace(/^(?:-|\d+[.)])\s+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
