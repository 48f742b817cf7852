import { type Attended, strongest } from './attention/attend.ts';
import type { Engine } from './engine.ts';
import { titleShare } from './lexical/title-terms.ts';
import { distribute } from './math/softmax.ts';
import { positionOf } from './math/sorted.ts';
import { dot } from './math/vector.ts';
import type { Run } from './query.ts';
import { readDocument } from './read.ts';
import type { ReadSentence } from './read-sentences.ts';
import type { AnswerSentence } from './response.ts';
import { widthOf } from './sayable.ts';
import { verdictOf } from './verdict.ts';

/** Documents whose sentences may be in the answer. */
export const ANSWERING = 10;

/** One sentence of a document under attention. */
export interface AttendedSentence extends ReadSentence {
  readonly scores: { readonly content: number; readonly words: number };
  readonly logit: number;
  /** What resembles a question most is a question or a heading, and answers nothing: it is masked where anything else is said. */
  readonly masked: boolean;
  /** softmax over the sentences of its document, 0 of one that is masked. */
  readonly weight: number;
}

/**
 * A query's attention over the sentences of one document:
 *
 *     ℓⱼ = a_content · cos(E(q), E(sⱼ)) + a_words · Σ idf of the query terms in sⱼ / Σ idf of all of them
 *     pⱼ = softmax(ℓ / T)ⱼ                                  over the sentences that are not masked
 *
 * with half the coefficients of a first look, the caller's multipliers and temperature, and the idf of a term that the title
 * has times a quarter: it told which document is meant, and tells little of which sentence.
 */
export function attendToSentences(engine: Engine, run: Run, id: number): AttendedSentence[] {
  const { arrays, query, record } = run;
  const index = positionOf(arrays.ids, id);
  const isTitled = (term: number) => titleShare(arrays.titleTerms, term, index) > 0;
  const asked = query.terms.map(({ term, id, queryWeight }) => ({
    id,
    value: queryWeight * (query.idf.get(term) ?? 0) * (isTitled(id) ? TITLED : 1),
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
  const isTold = attended.some((one) => !one.isLead && isSaid(one));
  for (const one of attended) one.masked = isTold && one.isLead;
  const weights = weightsOf(attended, record.temperature);
  for (const [i, one] of attended.entries()) one.weight = weights[i] as number;
  return attended;
}

/** Whether a sentence can be quoted: prose, or anything that has a word of the query. */
function isSaid({ isProse, scores }: Pick<AttendedSentence, 'isProse' | 'scores'>): boolean {
  return isProse || scores.words > 0;
}

/** softmax(ℓ / T), with −∞ for what is masked. */
function weightsOf(
  sentences: readonly Pick<AttendedSentence, 'logit' | 'masked'>[],
  temperature: number,
): Float64Array {
  const logits = sentences.map(({ logit, masked }) => (masked ? Number.NEGATIVE_INFINITY : logit));
  return distribute(logits, temperature);
}

/**
 * Share of the coefficients of a first look: a sentence says less than a document, so its scores
 * tell less. On a line, this is where the known answers of 582 questions are likeliest.
 */
const OF_DOCUMENT = 0.5;

/** What a term of the title counts among the sentences of its document. */
const TITLED = 0.25;

/** a_content and a_words among sentences. */
export function sentenceHeads(
  engine: Engine,
  { options: { multipliers } }: Run,
): { readonly content: number; readonly words: number } {
  const { content = 0, words = 0 } = engine.calibration.first.heads;
  return {
    content: OF_DOCUMENT * content * (multipliers.content ?? 1),
    words: OF_DOCUMENT * words * (multipliers.words ?? 1),
  };
}

/** Sentences of an answer: three, and up to five as long as they are narrow together, as the items of a list are. */
const SENTENCES = { wide: 3, narrow: 5, width: 300 } as const;

/** Whether an answer that has so many sentences, in columns so wide together, takes another one. */
export function hasRoom(sentences: number, width: number): boolean {
  return sentences < (width < SENTENCES.width ? SENTENCES.narrow : SENTENCES.wide);
}

/** What says too little of a question to answer it. */
const LEAST = {
  /** Of the weight of the strongest sentence, and of the strongest document; of that, where those before say nothing. */
  sentence: 0.01,
  document: 0.03,
  instead: 0.05,
  /** Of the score aₕ · sₕ of the best sentence of its document; of all, where it has no word of the question. */
  score: 1 / 3,
  /** The cosine of one that has no word of the question: its note may be found by its title or its tags. */
  cosine: 0.1,
} as const;

/** A hotter softmax blurs the weights of the answer, and not what answers: nothing is chosen by them. */
const HOTTEST_CHOICE = 1;

/**
 * The answer: sentences of the documents that hold the attention.
 *
 *     weight(s) = w(document) · p(s | document)
 *
 * Chosen one after another by maximal marginal relevance (Carbonell & Goldstein 1998) in its
 * multiplicative form: the sentence with the largest weight · (1 − redundancy beside those
 * chosen before), the weight being that at T or, if that is less, at T = 1. Listed by
 * document, in the order of the ranking, then by place.
 *
 * @param documents those with the largest weights, largest first
 * @param verdict   of the run; with `none` there is no answer
 */
export function answer(
  engine: Engine,
  run: Run,
  documents: readonly Attended[] = strongest(run.record, ANSWERING),
  verdict = verdictOf(run, documents[0]?.index),
): AnswerSentence[] {
  if (verdict === 'none') return [];
  const candidates: Candidate[] = [];
  let most = 0;
  const temperature = Math.min(run.record.temperature, HOTTEST_CHOICE);
  for (const [rank, step] of documents.slice(0, ANSWERING).entries()) {
    const share = Math.exp((step.logit - (documents[0]?.logit ?? 0)) / temperature);
    // A sentence has at most the share of its document.
    const held = rank > 0 && candidates.length === 0 ? LEAST.instead : LEAST.document;
    const least = LEAST.sentence * most;
    if (share < Math.max(held, least)) break;
    for (const candidate of candidatesOf(engine, run, step, { rank, share }, temperature)) {
      if (candidate.share < least) continue;
      candidates.push(candidate);
      most = Math.max(most, candidate.share);
    }
  }
  const chosen: Candidate[] = [];
  const best = Math.max(...candidates.map(({ sentence }) => sentence.logit));
  const near = candidates.filter(
    ({ sentence: { scores, logit } }) => scores.words > 0 || logit >= LEAST.score * best,
  );
  // A gain is at most the share: by share, whoever comes after the best gain cannot beat it.
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

/** The sentences of a document that may answer. @param temperature by which they are chosen */
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
  const said = attended.filter(isSaid);
  const best = Math.max(0, ...said.map(({ logit }) => logit));
  const isNear = ({ scores: { content, words }, logit }: AttendedSentence) =>
    (words > 0 || content >= LEAST.cosine) && logit >= LEAST.score * best;
  return attended
    .map((sentence, i) => {
      const weight = step.weight * sentence.weight;
      return { document, rank, sentence, weight, share: share * (shares[i] as number) };
    })
    .filter(({ sentence }) => !sentence.masked && isSaid(sentence) && isNear(sentence));
}

/**
 * How much of what two sentences have in common counts against the second. Not all of it, for those of a short note lie
 * close together whatever they say: of 582 questions .88 have their answer, .864 if all of it counts.
 */
const SAMENESS = 0.8;

/** In [0, 1]: 0.8 · the cosine of two sentences; 1 where they have the same words. */
function redundancy(a: ReadSentence, b: ReadSentence): number {
  let both = 0;
  for (const id of a.terms.keys()) if (b.terms.has(id)) both++;
  const shared = both === 0 ? 0 : both ** 2 / (a.terms.size * b.terms.size);
  return Math.max(shared, SAMENESS * Math.min(1, dot(a.vector(), b.vector())));
}
