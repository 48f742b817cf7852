import { type Attended, strongest } from './attention/attend.ts';
import type { Engine } from './engine.ts';
import { titleShare } from './lexical/title-terms.ts';
import { distribute } from './math/softmax.ts';
import { positionOf } from './math/sorted.ts';
import { dot } from './math/vector.ts';
import type { Run } from './query.ts';
import { widthOf } from './quotable.ts';
import { readDocument } from './read.ts';
import type { ReadSentence } from './read-sentences.ts';
import type { AnswerSentence } from './response.ts';
import { runToEnd } from './turns.ts';
import { verdictOf } from './verdict.ts';

/** Most documents whose sentences may be in the answer. */
export const ANSWERING = 10;

/** One sentence of a document with its attention. */
export interface AttendedSentence extends ReadSentence {
  readonly scores: { readonly content: number; readonly words: number };
  readonly logit: number;
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
  const attended = readDocument(engine, arrays, id)
    .sentences()
    .map((sentence) => {
      let share = 0;
      for (const { id, value } of asked) if (id >= 0 && sentence.terms.has(id)) share += value;
      const content = dot(key, sentence.vector()) * query.vector.inverseNorm;
      const words = total > 0 ? share / total : 0;
      const logit = a.content * content + a.words * words;
      return { ...sentence, scores: { content, words }, logit, masked: false, weight: 0 };
    });
  const hasQuotable = attended.some((one) => !one.isLead && isQuotable(one));
  for (const one of attended) one.masked = hasQuotable && one.isLead;
  const weights = weightsOf(attended, record.temperature);
  for (const [i, one] of attended.entries()) one.weight = weights[i] as number;
  return attended;
}

/** Whether a sentence can be quoted: prose, or anything that contains a word of the query. */
function isQuotable({ isProse, scores }: Pick<AttendedSentence, 'isProse' | 'scores'>): boolean {
  return isProse || scores.words > 0;
}

/** softmax(ℓ / T), with ℓ = −∞ where masked. */
function weightsOf(
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

/** Most sentences of an answer: three, or up to five while their total width is small, as with items of a list. */
const SENTENCES = { wide: 3, narrow: 5, width: 300 } as const;

/** Whether an answer takes another sentence. @param width total width of its sentences, in columns */
export function hasRoom(sentences: number, width: number): boolean {
  return sentences < (width < SENTENCES.width ? SENTENCES.narrow : SENTENCES.wide);
}

/** Thresholds below which a sentence or document does not answer the question. */
const LEAST = {
  /**
   * Relative to the strongest: the least share of a sentence; of a document; of a document while those ranked
   * before it gave no sentence (`instead`).
   */
  sentence: 0.01,
  document: 0.03,
  instead: 0.05,
  /**
   * Least logit relative to the best sentence of the document; for a sentence without a word of the question, also
   * relative to the best of all documents.
   */
  score: 1 / 3,
  /**
   * Least cosine of a sentence without a word of the question: its document may have been found by title or tags.
   */
  cosine: 0.1,
} as const;

/**
 * A temperature above 1 flattens the weights of the answer. Sentences are chosen at T ≤ 1, so that it does not
 * change which.
 */
const MAX_T = 1;

/**
 * The answer: sentences of the documents that hold the attention.
 *
 *     weight(s) = w(document) · p(s | document)
 *
 * Chosen one by one by maximal marginal relevance (Carbonell & Goldstein 1998) in multiplicative form: next is the
 * sentence with the largest share · (1 − redundancy with those already chosen), where the share is the weight at
 * min(T, 1), relative to the strongest document. Listed by document in rank order, then by position.
 *
 * @param documents those with the largest weights, largest first
 * @param verdict   of the run; `none` gives an empty answer
 */
export function answer(...of: Parameters<typeof answering>): AnswerSentence[] {
  return runToEnd(answering(...of));
}

/** The same as a generator that pauses after each document: a long one that is not cached takes 50 ms. */
export function* answering(
  engine: Engine,
  run: Run,
  documents: readonly Attended[] = strongest(run.record, ANSWERING),
  verdict = verdictOf(run, documents[0]?.index),
): Generator<undefined, AnswerSentence[]> {
  if (verdict === 'none') return [];
  const candidates: Candidate[] = [];
  let most = 0;
  const temperature = Math.min(run.record.temperature, MAX_T);
  for (const [rank, step] of documents.slice(0, ANSWERING).entries()) {
    const share = Math.exp((step.logit - (documents[0]?.logit ?? 0)) / temperature);
    // A sentence has at most the share of its document, so no later document can pass either.
    const held = rank > 0 && candidates.length === 0 ? LEAST.instead : LEAST.document;
    const least = LEAST.sentence * most;
    if (share < Math.max(held, least)) break;
    for (const candidate of candidatesOf(engine, run, step, { rank, share }, temperature)) {
      if (candidate.share < least) continue;
      candidates.push(candidate);
      most = Math.max(most, candidate.share);
    }
    yield;
  }
  const chosen: Candidate[] = [];
  const best = Math.max(...candidates.map(({ sentence }) => sentence.logit));
  const near = candidates.filter(
    ({ sentence: { scores, logit } }) => scores.words > 0 || logit >= LEAST.score * best,
  );
  // A gain is at most the share, so in order of share the search can stop at the first share below the best gain.
  const left = near.toSorted((a, b) => b.share - a.share);
  const least = LEAST.sentence * most;
  const text = ({ document, sentence: { span } }: Candidate) =>
    readDocument(engine, run.arrays, document).document.content.slice(...span);
  let width = 0;
  while (hasRoom(chosen.length, width)) {
    let next = { gain: least, at: -1 };
    for (let at = 0; at < left.length; at++) {
      const { share, sentence } = left[at] as Candidate;
      if (share <= next.gain) break;
      const gain = share * (1 - Math.max(0, ...chosen.map((other) => redundancy(other.sentence, sentence))));
      if (gain > next.gain) next = { gain, at };
    }
    if (next.at < 0) break;
    const [one] = left.splice(next.at, 1) as [Candidate];
    chosen.push(one);
    width += widthOf(text(one));
  }
  return chosen
    .sort((a, b) => a.rank - b.rank || a.sentence.span[0] - b.sentence.span[0])
    .map((one) => {
      const [start, end] = one.sentence.span;
      return { text: text(one), weight: one.weight, document: one.document, start, end };
    });
}

interface Candidate extends Pick<AnswerSentence, 'document' | 'weight'> {
  readonly rank: number;
  /** What it is chosen by. */
  readonly share: number;
  readonly sentence: AttendedSentence;
}

/** The sentences of a document that may be quoted. @param temperature T at which they are chosen */
function candidatesOf(
  engine: Engine,
  run: Run,
  step: Attended,
  { rank, share }: Pick<Candidate, 'rank' | 'share'>,
  temperature: number,
): Candidate[] {
  const document = run.arrays.ids[step.index] as number;
  const attended = attendToSentences(engine, run, document);
  const isHotter = run.record.temperature > temperature;
  const shares = isHotter ? weightsOf(attended, temperature) : attended.map(({ weight }) => weight);
  const said = attended.filter(isQuotable);
  const best = Math.max(0, ...said.map(({ logit }) => logit));
  const isNear = ({ scores: { content, words }, logit }: AttendedSentence) =>
    (words > 0 || content >= LEAST.cosine) && logit >= LEAST.score * best;
  return attended
    .map((sentence, i) => {
      const weight = step.weight * sentence.weight;
      return { document, rank, sentence, weight, share: share * (shares[i] as number) };
    })
    .filter(({ sentence }) => !sentence.masked && isQuotable(sentence) && isNear(sentence));
}

/**
 * How much two sentences' cosine counts as redundancy. Less than 1, because the sentences of a short note are
 * similar whatever they say: over 582 questions, the answer is quoted for .88 of them, against .864 at 1.
 */
const COSINE_SHARE = 0.8;

/**
 * Redundancy in [0, 1]: the larger of 0.8 · cosine and the cosine of the two sets of terms (1 for the same words).
 */
function redundancy(a: ReadSentence, b: ReadSentence): number {
  let both = 0;
  for (const id of a.terms.keys()) if (b.terms.has(id)) both++;
  const shared = both === 0 ? 0 : both ** 2 / (a.terms.size * b.terms.size);
  return Math.max(shared, COSINE_SHARE * Math.min(1, dot(a.vector(), b.vector())));
}
