import type { Engine } from '../engine.ts';
import { titleShare } from '../lexical/title-terms.ts';
import { distribute } from '../math/softmax.ts';
import { positionOf } from '../math/sorted.ts';
import { dot } from '../math/vector.ts';
import { type Asked, askedIn, beyondTitle } from '../query/asked.ts';
import type { Run } from '../query/query.ts';
import { isAmong } from '../query/titled.ts';
import { readFor } from '../read.ts';
import type { ReadSentence } from '../read-sentences.ts';

/** One sentence of a document with its attention. */
export interface AttendedSentence extends ReadSentence {
  readonly scores: { readonly content: number; readonly words: number };
  readonly logit: number;
  /** Whether it, or what it stands under, has a word of the query. */
  readonly isAsked: boolean;
  /** Whether an answer may quote it, see `LineKind`. */
  readonly isQuotable: boolean;
  /**
   * A question or a heading resembles the query most but answers nothing, so it is masked if the document has any
   * other sentence to quote.
   */
  readonly masked: boolean;
  /** Softmax over the sentences of its document; 0 if masked. */
  readonly weight: number;
}

/**
 * A query's attention over the sentences of one document:
 *
 *     ℓⱼ = a_content · cos(E(q), E(sⱼ)) + a_words · Σ idf of the query terms in sⱼ / Σ idf of all query terms
 *     pⱼ = softmax(ℓ / T)ⱼ                                  over the sentences that are not masked
 *
 * a_content and a_words are half those of the first pass (`sentenceHeads`), times the caller's multipliers; T is
 * the caller's. Each idf counts times the weight of its term in the query. A term in the title counts a quarter: it
 * told which document is meant, but tells little about which sentence.
 *
 * Where the query is a name of the document and nothing else, its first sentence of prose says what that is. It is then
 * no weaker than any other: its score for words grows, to 1 at most.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function attendToSentences(engine: Engine, run: Run, id: number): AttendedSentence[] {
  const { arrays, query, record } = run;
  const index = positionOf(arrays.ids, id);
  const isTitled = (term: number) => titleShare(arrays.titleTerms, term, index) > 0;
  const asked = query.terms.map(({ term, id, queryWeight }) => ({
    id,
    value: queryWeight * (query.idf.get(term) ?? 0) * (isTitled(id) ? TITLE_FACTOR : 1),
  }));
  const total = asked.reduce((sum, { value }) => sum + value, 0);
  const a = sentenceHeads(engine, run);
  const key = new Float32Array(query.vector.values);
  const read = readFor(engine, run, id);
  const here = askedIn(engine, run, id);
  const sentences = read.sentences();
  const definition = isNameOf(engine, run, id)
    ? sentences.findIndex(({ kind, isLead }) => kind === 'prose' && !isLead)
    : -1;
  const attended = sentences.map((sentence, i) => {
    let share = 0;
    for (const { id, value } of asked) if (id >= 0 && sentence.terms.has(id)) share += value;
    const content = dot(key, sentence.vector()) * query.vector.inverseNorm;
    const words = total > 0 ? share / total : 0;
    const logit = a.content * content + a.words * words;
    const isAsked = i === definition || (share > 0 && here.isAsked(sentence)); // no word without one of its terms
    const quoted = {
      isAsked,
      isQuotable: sentence.kind === 'prose' || (isAsked && saysEnough(sentence, here)),
    };
    return { ...sentence, ...quoted, scores: { content, words }, logit, masked: false, weight: 0 };
  });
  const first = attended[definition];
  if (first) attended[definition] = { ...first, ...asMuchAsMost(first, attended, a) };
  const hasQuotable = attended.some((one) => !one.isLead && one.isQuotable);
  for (const one of attended) one.masked = hasQuotable && one.isLead;
  const weights = weightsOf(attended, record.temperature);
  for (const [i, one] of attended.entries()) one.weight = weights[i] as number;
  return attended;
}

/** Whether a query is a name of a document and nothing else, so that it asks what that is: its title, or an alias. */
function isNameOf(engine: Engine, run: Run, id: number): boolean {
  if (beyondTitle(engine, run, id).size === 0) return true;
  const asked = run.query.topical.flatMap(({ terms }) => terms);
  return isAmong(engine, readFor(engine, run, id).document.aliases, asked);
}

/** The scores of a sentence with as much more for words, at most 1, as it takes to be no weaker than any other. */
function asMuchAsMost(
  { scores, logit }: Pick<AttendedSentence, 'scores' | 'logit'>,
  all: readonly Pick<AttendedSentence, 'logit' | 'isLead'>[],
  a: ReturnType<typeof sentenceHeads>,
): Pick<AttendedSentence, 'scores' | 'logit'> {
  const most = Math.max(...all.map((other) => (other.isLead ? 0 : other.logit)));
  if (most <= logit || a.words === 0) return { scores, logit };
  const words = Math.min(1, (most - a.content * scores.content) / a.words);
  return { scores: { ...scores, words }, logit: a.content * scores.content + a.words * words };
}

/** Whether a line that is no prose answers: it says more than the query, and code and the like have a word of it. */
function saysEnough({ kind, span }: ReadSentence, asked: Asked): boolean {
  return (kind !== 'scrap' || asked.has(span)) && asked.saysMore(span);
}

/** softmax(ℓ / T), with ℓ = −∞ where masked. */
export function weightsOf(
  sentences: readonly Pick<AttendedSentence, 'logit' | 'masked'>[],
  temperature: number,
): Float64Array {
  const logits = sentences.map(({ logit, masked }) => (masked ? Number.NEGATIVE_INFINITY : logit));
  return distribute(logits, temperature);
}

/**
 * Factor of the coefficients of the first pass: a sentence has less text than a document, so its scores say less.
 * Found by line search: it maximises the likelihood of the known answers of 582 questions.
 */
const SENTENCE_FACTOR = 0.5;

/** Factor of a term of the title among the sentences of its document. */
const TITLE_FACTOR = 0.25;

/** a_content and a_words for sentences. */
export function sentenceHeads(
  engine: Engine,
  { options: { multipliers } }: Run,
): { readonly content: number; readonly words: number } {
  const { content = 0, words = 0 } = engine.calibration.first.heads;
  return {
    content: SENTENCE_FACTOR * content * (multipliers.content ?? 1),
    words: SENTENCE_FACTOR * words * (multipliers.words ?? 1),
  };
}
