import { strongest } from '../attention/attend.ts';
import { type KeyQuery, keyAttention } from '../attention/keys.ts';
import type { QueryVector } from '../attention/scores.ts';
import {
  mostCentral,
  type Scaling,
  type SelfAttention,
  type SelfRow,
  selfAttention,
  selfRow,
} from '../attention/self.ts';
import { embedCounts, LSA_DEFAULTS } from '../embedding/lsa.ts';
import type { TermCounts } from '../embedding/texts.ts';
import type { Engine } from '../engine.ts';
import { checkNumber } from '../errors.ts';
import { remainingWeight } from '../math/softmax.ts';
import { positionOf } from '../math/sorted.ts';
import { quantize } from '../math/vector.ts';
import { readDocument } from '../read.ts';
import type { SearchArrays } from '../store/arrays.ts';
import { distinctWords } from '../text/analyzer.ts';
import { pointedTo } from './output.ts';
import { type Units, unitsOf } from './units.ts';

/** A document attending to itself, unit by unit. */
export interface DocumentSelfAttention extends SelfAttention, Units {
  readonly id: number;
  readonly temperature: number;
  /** Units without a direction, because the embedding knows none of their words. They are not among `units`. */
  readonly leftOut: number;
  /** One row worked out in full; null where there are no units. */
  readonly row: (SelfRow & { readonly terms: ReturnType<typeof pointedTo> }) | null;
}

/** T of the scaling `temperature`, unless given. */
export const SENTENCES_TEMPERATURE = 0.1;

export interface SelfAttentionOptions {
  readonly scaling?: Scaling;
  /** T of the scaling `temperature`; default `SENTENCES_TEMPERATURE`. */
  readonly temperature?: number | undefined;
  /** Number of the sentence whose words attend to each other, instead of the sentences. */
  readonly sentence?: number | undefined;
  /**
   * The unit whose row is worked out, by its position in `units`. Default: the prose sentence most similar to the
   * others.
   */
  readonly row?: number | undefined;
}

/**
 * A document attending to itself: its sentences or passages among each other, or the words of one sentence.
 *
 * @throws {SearchError} NOT_FOUND, INVALID_PARAMETER
 */
export function documentSelfAttention(
  engine: Engine,
  id: number,
  { scaling = 'sqrt', temperature = SENTENCES_TEMPERATURE, sentence, row }: SelfAttentionOptions = {},
): DocumentSelfAttention {
  const { title, of, units } = unitsOf(engine, id, sentence);
  const known = withDirection(engine, units);
  const vectors = known.map(({ vector }) => vector);
  const self = selfAttention(dimensionOf(engine), vectors, scaling, temperature);
  const last = known.length - 1;
  const shown = known.map(({ unit }) => unit);
  const at =
    row === undefined
      ? mostCentral(self.cosines, of === 'sentences' ? telling(engine, id, shown) : [])
      : checkNumber('row', row, 0, Math.max(0, last), true);
  return {
    id,
    title,
    of,
    units: shown,
    leftOut: units.length - known.length,
    temperature,
    ...self,
    row: last < 0 ? null : workedRow(engine, id, selfRow(vectors, self, at, temperature)),
  };
}

/**
 * The positions of the units with prose. Headings, questions and column names are left out: they have much in
 * common with other units.
 */
function telling(engine: Engine, id: number, units: Units['units']): number[] {
  const sentences = readDocument(engine, engine.arrays(), id).sentences();
  const told = sentences.filter(({ kind, isLead }) => kind === 'prose' && !isLead).map(({ span }) => span);
  return [...units.keys()].filter((i) => {
    const { start = 0, end = 0 } = units[i] ?? {};
    return told.some(([from, to]) => from >= start && to <= end);
  });
}

/**
 * A row with the words of the document that its output points to. Output and query are scaled to length 1 for that.
 */
function workedRow(engine: Engine, id: number, row: SelfRow): DocumentSelfAttention['row'] {
  const direction = (vector: readonly number[]) => {
    const length = Math.hypot(...vector);
    return Float64Array.from(vector, (one) => one / length);
  };
  const query = row.keys[row.unit]?.value ?? [];
  return { ...row, terms: pointedTo(engine, id, direction(row.output), direction(query)) };
}

function dimensionOf(engine: Engine): number {
  return engine.arrays().embedder?.dimension ?? 0;
}

/** Units with their embeddings, without those whose embedding is 0. */
function withDirection<T extends { readonly text: string }>(engine: Engine, units: readonly T[]) {
  const arrays = engine.arrays();
  return units
    .map((unit) => ({ unit, vector: embedText(engine, arrays, unit.text) }))
    .filter(({ vector }) => vector.some((component) => component !== 0));
}

/**
 * How many passages the embedding was learned from, where these are too few to tell words apart; else null.
 *
 * With at most as many passages as directions, each passage has a direction of its own, and all words that only it has
 * point that way. Measured: of the pairs of words in a sentence 63% had a cosine above 0.95 with 10 passages of a
 * Korean vault and 48% with 27; 19% with 19 of the demo notes, 9% with 54, 6% with 77 and 4% with 121.
 */
export function fewPassages(engine: Engine): number | null {
  const passages = engine.arrays().embedder?.model.passages ?? 0;
  return passages > 0 && passages <= LSA_DEFAULTS.dimension ? passages : null;
}

/** E(text) (d); empty before the first fit. */
export function embedText(engine: Engine, arrays: SearchArrays, text: string): Float32Array {
  const counts = new Map<number, number>();
  for (const term of engine.analyzer.terms(text)) {
    const id = arrays.terms.get(term) ?? -1;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return embedCounts(arrays, counts);
}

/**
 * Key–key attention: one document is the query, all others are keys, see `keyAttention`.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function relatedDocuments(engine: Engine, id: number, limit = 8) {
  engine.document(id);
  const arrays = engine.arrays();
  const record = keyAttention(
    engine.calibration.first,
    arrays,
    keyQuery(engine, arrays, id),
    positionOf(arrays.ids, id),
  );
  const listed = strongest(record, limit);
  const given = listed.reduce((sum, { weight }) => sum + weight, 0);
  return {
    id,
    attention: {
      bias: record.bias,
      heads: Object.fromEntries(record.heads.map(({ name, coefficient }) => [name, coefficient])),
      nothing: record.softmax.nothing,
      remainder: remainingWeight(record.softmax.nothing + given),
    },
    documents: listed.map(({ index: at, weight, logit, scores: shown }) => {
      const found = engine.document(arrays.ids[at] as number);
      return { id: found.id, title: found.title, uri: found.uri, weight, logit, scores: shown };
    }),
  };
}

/** A document as a query, from its stored terms; a zero vector if it does not exist (any more). */
export function keyQuery(engine: Engine, arrays: SearchArrays, id: number): KeyQuery {
  const { title, passages } = engine.store.documentTerms(id);
  return { title: embedded(arrays, [title]), content: embedded(arrays, [title, ...passages]) };
}

function embedded(arrays: SearchArrays, lists: readonly TermCounts[]): QueryVector {
  const sum = new Map<number, number>();
  for (const { ids, counts } of lists)
    for (let k = 0; k < ids.length; k++)
      sum.set(ids[k] as number, (sum.get(ids[k] as number) ?? 0) + (counts[k] as number));
  const vector = embedCounts(arrays, sum);
  const values = new Int8Array(vector.length);
  return { values, inverseNorm: quantize(vector, values) };
}

/** Most words shown of a text. */
const MOST_WORDS = 12;

/** The distinct words of any text attending to each other. Words with the same terms are one, as first written. */
export function wordsSelfAttention(
  engine: Engine,
  text: string,
  scaling: Scaling = 'sqrt',
  temperature = SENTENCES_TEMPERATURE,
): SelfAttention & {
  readonly words: readonly string[];
  /** Words without a direction in the embedding space, and words beyond MOST_WORDS. */
  readonly leftOut: number;
  readonly beyond: number;
} {
  const distinct = distinctWords(engine.analyzer.words(text));
  const known = withDirection(engine, distinct);
  const shown = known.slice(0, MOST_WORDS);
  const words = shown.map(({ unit }) => unit.text);
  const vectors = shown.map(({ vector }) => vector);
  const counts = { leftOut: distinct.length - known.length, beyond: known.length - shown.length };
  return { words, ...counts, ...selfAttention(dimensionOf(engine), vectors, scaling, temperature) };
}
