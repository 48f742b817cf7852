import { type Attended, strongest } from '../attention/attend.ts';
import type { Property } from '../document.ts';
import type { Engine } from '../engine.ts';
import { dot } from '../math/vector.ts';
import { askedIn, beyondTitle, propertiesAsked } from '../query/asked.ts';
import type { Run } from '../query/query.ts';
import { verdictOf } from '../query/verdict.ts';
import { widthOf } from '../quotable.ts';
import { readFor } from '../read.ts';
import type { ReadSentence } from '../read-sentences.ts';
import type { AnswerProperty, AnswerSentence, SearchResponse } from '../response.ts';
import { runToEnd } from '../turns.ts';
import { type AttendedSentence, attendToSentences, weightsOf } from './attended-sentences.ts';
import { listAfter } from './list-after.ts';
import { propertiesMeant } from './meant.ts';

/** Most documents whose sentences may be in the answer. */
export const ANSWERING = 10;

/** Most sentences of an answer: three, or up to five while their total width is small, as with items of a list. */
const SENTENCES = { wide: 3, narrow: 5, width: 300 } as const;

/** Most properties of an answer. */
const PROPERTIES = 5;

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
   * A document with less is quoted only where a sentence (no short line) has a word of the question, and its
   * properties do not answer.
   */
  aside: 0.2,
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
 * A property answers if it has a word of the question that the title of its document lacks. Where its name has that
 * word, the document is quoted only with sentences that have such a word too. Of the first document, properties that the
 * question means by another name answer as well (`propertiesMeant`).
 *
 * @param documents those with the largest weights, largest first
 * @param verdict   of the run; `none` gives an empty answer
 */
export function answer(...of: Parameters<typeof answering>): SearchResponse['answer'] {
  return runToEnd(answering(...of));
}

/** The same as a generator that pauses after each document: a long one that is not cached takes 50 ms. */
export function* answering(
  engine: Engine,
  run: Run,
  documents: readonly Attended[] = strongest(run.record, ANSWERING),
  verdict = verdictOf(engine, run, documents[0]?.index),
): Generator<undefined, SearchResponse['answer']> {
  if (verdict === 'none') return { sentences: [], properties: [] };
  const candidates: Candidate[] = [];
  const properties: AnswerProperty[] = [];
  let most = 0;
  const temperature = Math.min(run.record.temperature, MAX_T);
  for (const [rank, step] of documents.slice(0, ANSWERING).entries()) {
    const share = Math.exp((step.logit - (documents[0]?.logit ?? 0)) / temperature);
    // A sentence has at most the share of its document, so no later document can pass either.
    const held = rank > 0 && candidates.length === 0 ? LEAST.instead : LEAST.document;
    const least = LEAST.sentence * most;
    if (share < Math.max(held, least)) break;
    const document = run.arrays.ids[step.index] as number;
    const stated = share < LEAST.aside ? [] : propertiesAsked(engine, run, document);
    const isNamed = stated.some((one) => one.isNamed);
    const meant = rank > 0 ? [] : propertiesMeant(engine, run, document, isNamed);
    const isOther = (one: Property) =>
      !meant.some((other) => other.name === one.name && other.value === one.value);
    for (const { name, value } of [...meant, ...stated.filter(isOther)])
      properties.push({ name, value, document, weight: step.weight });
    const of = { document, rank, share, isNamed };
    for (const candidate of candidatesOf(engine, run, step, of, temperature)) {
      if (candidate.share < least) continue;
      candidates.push(candidate);
      most = Math.max(most, candidate.share);
    }
    yield;
  }
  const sentences = chosenOf(engine, run, candidates, LEAST.sentence * most)
    .sort((a, b) => a.rank - b.rank || a.sentence.span[0] - b.sentence.span[0])
    .map((one) => {
      const [start, end] = one.sentence.span;
      return { text: textOf(engine, run, one), weight: one.weight, document: one.document, start, end };
    });
  return { sentences, properties: properties.slice(0, PROPERTIES) };
}

/** The candidates that maximal marginal relevance chooses, best first. @param least what each has to gain */
function chosenOf(engine: Engine, run: Run, candidates: readonly Candidate[], least: number): Candidate[] {
  const best = Math.max(...candidates.map(({ sentence }) => sentence.logit));
  const near = candidates.filter(
    ({ sentence: { isAsked, logit } }) => isAsked || logit >= LEAST.score * best,
  );
  // A gain is at most the share, so in order of share the search can stop at the first share below the best gain.
  let left = near.toSorted((a, b) => b.share - a.share);
  const chosen: Candidate[] = [];
  const isNew = ({ sentence }: Candidate) => chosen.every((other) => other.sentence !== sentence);
  // A list does not count: it is part of what the sentence says.
  let [said, width] = [0, 0];
  while (hasRoom(said, width)) {
    let next = { gain: least, at: -1 };
    for (let at = 0; at < left.length; at++) {
      const { share, sentence } = left[at] as Candidate;
      if (share <= next.gain) break;
      const gain = share * (1 - Math.max(0, ...chosen.map((other) => redundancy(other.sentence, sentence))));
      if (gain > next.gain) next = { gain, at };
    }
    if (next.at < 0) break;
    const one = left[next.at] as Candidate;
    said++;
    width += widthOf(textOf(engine, run, one));
    chosen.push(one, ...one.items().filter(isNew));
    left = left.filter(isNew);
  }
  return chosen;
}

function textOf(engine: Engine, run: Run, { document, sentence: { span } }: Candidate): string {
  return readFor(engine, run, document).document.content.slice(...span);
}

interface Candidate extends Pick<AnswerSentence, 'document' | 'weight'> {
  readonly rank: number;
  /** What it is chosen by. */
  readonly share: number;
  readonly sentence: AttendedSentence;
  /** The items of the list that it announces, which are quoted with it. */
  items(): readonly Candidate[];
}

/**
 * The sentences of a document that may be quoted.
 *
 * @param isNamed     whether a property answers by its name
 * @param temperature T at which they are chosen
 */
function candidatesOf(
  engine: Engine,
  run: Run,
  step: Attended,
  {
    document,
    rank,
    share,
    isNamed,
  }: Omit<Candidate, 'sentence' | 'weight' | 'items'> & { readonly isNamed: boolean },
  temperature: number,
): Candidate[] {
  const attended = attendToSentences(engine, run, document);
  const isHotter = run.record.temperature > temperature;
  const shares = isHotter ? weightsOf(attended, temperature) : attended.map(({ weight }) => weight);
  const said = attended.filter(({ isQuotable }) => isQuotable);
  const best = Math.max(0, ...said.map(({ logit }) => logit));
  const beyond = isNamed ? askedIn(engine, run, document, beyondTitle(engine, run, document)) : null;
  const isNear = (sentence: AttendedSentence) => {
    const { kind, isAsked, scores, logit } = sentence;
    if (share < LEAST.aside && (!isAsked || kind === 'item' || kind === 'scrap')) return false;
    if (beyond !== null && !beyond.isAsked(sentence)) return false;
    return (isAsked || scores.content >= LEAST.cosine) && logit >= LEAST.score * best;
  };
  const { content } = readFor(engine, run, document).document;
  const candidates = attended.map((sentence, i): Candidate => {
    const weight = step.weight * sentence.weight;
    const items = () => listAfter(content, attended, i).map((at) => candidates[at] as Candidate);
    return { document, rank, sentence, weight, share: share * (shares[i] as number), items };
  });
  return candidates.filter(({ sentence }) => !sentence.masked && sentence.isQuotable && isNear(sentence));
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
