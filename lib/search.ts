import { ANSWERING, answering } from './answer/answer.ts';
import { type Attended, strongest } from './attention/attend.ts';
import type { Engine } from './engine.ts';
import { outputTerms } from './explain/output.ts';
import { titleShare } from './lexical/title-terms.ts';
import { remainingWeight } from './math/softmax.ts';
import { positionOf } from './math/sorted.ts';
import { cosine } from './math/vector.ts';
import { missingWords } from './query/missing.ts';
import type { Query, Run } from './query/query.ts';
import { verdictOf } from './query/verdict.ts';
import { type ReadDocument, readFor } from './read.ts';
import type { AnswerSentence, MatchedPassage, SearchResponse, SearchResult } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';
import { detectLanguage } from './text/language.ts';
import { findMatches } from './text/matches.ts';
import { isInPair } from './text/passages.ts';
import type { Span } from './text/sentences.ts';
import { runToEnd, timed } from './turns.ts';

/** Most characters of a passage shown; the window moves to the matches. */
const EXCERPT = 600;
/** How far back a cut looks for white space. */
const LONGEST_WORD = 60;

/** The run as the response of `GET /api/search`. */
export function respond(engine: Engine, run: Run): SearchResponse {
  return runToEnd(responding(engine, run));
}

/**
 * The same as a generator that pauses after each document of the answer and after each result, because describing a
 * hundred long notes that are not cached takes a tenth of a second.
 *
 * @param run a run whose record is not overwritten meanwhile, see `keep`
 */
export function* responding(engine: Engine, run: Run): Generator<undefined, SearchResponse> {
  const started = performance.now();
  const { query, record } = run;
  const attended = strongest(record, Math.max(run.options.limit, ANSWERING));
  const listed = topByMass(
    attended.slice(0, run.options.limit),
    run.options.mass,
    1 - record.softmax.nothing,
  );
  const missing = missingWords(run);
  const verdict = verdictOf(engine, run, attended[0]?.index, missing);
  const spent = { ms: performance.now() - started };
  const answered = yield* timed(answering(engine, run, attended, verdict), spent);
  const quoted = quotedOf(answered.sentences);
  const results: SearchResult[] = [];
  let describing = 0;
  for (const [i, step] of listed.entries()) {
    const begun = performance.now();
    results.push({ ...describe(engine, run, step, i + 1, quoted), missing: missing(step.index) });
    describing += performance.now() - begun;
    yield;
  }
  const described = performance.now();
  const terms = outputTerms(
    engine,
    run,
    run.arrays.looks.output(record, query.vector.values, run.arrays),
    listed.map(({ index, weight }, i) => ({ index, weight, passage: (results[i] as SearchResult).passage })),
  );
  const tookMs = timings({
    ...run.tookMs,
    answer: spent.ms,
    results: describing,
    output: performance.now() - described,
  });
  const { softmax } = record;
  const shown = results.reduce((sum, { weight }) => sum + weight, 0);
  return {
    query: {
      text: query.text,
      language: detectLanguage(query.text),
      terms: query.terms.map(({ term }) => term),
      words: query.words,
      explained: query.explained,
      doubt: query.doubt,
      length: query.length,
    },
    attention: {
      documents: run.documents,
      temperature: record.temperature,
      bias: record.bias,
      sharpness: run.coefficients.sharpness,
      textLength: run.coefficients.textLength,
      heads: Object.fromEntries(record.heads.map(({ name, coefficient }) => [name, coefficient])),
      nothing: { weight: softmax.nothing },
      feedback: (run.feedback?.sources ?? []).map(({ index, share }) => ({
        document: run.arrays.ids[index] as number,
        share,
      })),
      remainder: listed.length === run.documents ? 0 : remainingWeight(softmax.nothing + shown),
      effectiveDocuments: softmax.effective,
      evidence: run.evidence,
      verdict,
    },
    results,
    answer: answered,
    output: { terms },
    index: engine.status(run.arrays),
    tookMs,
  };
}

/** The first documents that together hold `mass` of `total`; at least one. */
export function topByMass(steps: readonly Attended[], mass: number, total: number): readonly Attended[] {
  if (mass >= 1) return steps;
  let held = 0;
  const last = steps.findIndex(({ weight }) => {
    held += weight;
    return held >= mass * total;
  });
  return last < 0 ? steps : steps.slice(0, last + 1);
}

/**
 * Sentences with at least this share of the strongest weight of their document count as strong. The passage shows
 * the first of them, because that is where a reader starts.
 */
const STRONG_SHARE = 2 / 3;

/** By document id, the span of the sentence that its passage should show. */
function quotedOf(sentences: readonly AnswerSentence[]): ReadonlyMap<number, Span> {
  const quoted = new Map<number, Span>();
  const most = new Map<number, number>();
  for (const { document, weight } of sentences) most.set(document, Math.max(weight, most.get(document) ?? 0));
  for (const { document, weight, start, end } of sentences) {
    const isStrong = weight >= STRONG_SHARE * (most.get(document) as number);
    if (isStrong && !quoted.has(document)) quoted.set(document, [start, end]);
  }
  return quoted;
}

function describe(
  engine: Engine,
  run: Run,
  step: Attended,
  rank: number,
  quoted: ReadonlyMap<number, Span>,
): Omit<SearchResult, 'missing'> {
  const id = run.arrays.ids[step.index] as number;
  const { title, uri } = readFor(engine, run, id).document;
  const { weight, logit, scores } = step;
  return { rank, id, title, uri, weight, logit, scores, ...shownOf(engine, run, id, quoted.get(id)) };
}

/**
 * What a result shows of a document: its passage, and what it has of the query beside its text.
 *
 * @param said what the answer quotes of the document
 * @throws {SearchError} NOT_FOUND
 */
export function shownOf(
  engine: Engine,
  run: Run,
  id: number,
  said?: Span,
): Pick<SearchResult, 'passage' | 'tags' | 'properties'> {
  const read = readFor(engine, run, id);
  return {
    passage: bestPassage(engine, run, positionOf(run.arrays.ids, id), read, said),
    tags: asked(run.query, read.tags()).map(({ name }) => name),
    properties: asked(run.query, read.properties()).map(({ name, value }) => ({ name, value })),
  };
}

/** Most tags, and most properties, listed per document. */
const MAX_LABELS = 10;

/** The first labels that contain a word of the query. */
function asked<T extends { readonly terms: readonly string[] }>({ idf }: Query, labels: readonly T[]): T[] {
  return labels.filter(({ terms }) => terms.some((term) => idf.has(term))).slice(0, MAX_LABELS);
}

/**
 * The passage shown: the one that the answer quotes, or else the one with the largest a_content · cosine + a_words
 * · share of the query's idf. If the title contains all terms of the query, the document as a whole is meant:
 * quotes and cosines are ignored, and the first passage with the most terms says what the document is about.
 *
 * @param said what the answer quotes of the document
 */
function bestPassage(
  engine: Engine,
  run: Run,
  index: number,
  read: ReadDocument,
  said?: Span,
): MatchedPassage {
  const { document, passages } = read;
  const quoted = isTitled(run, index) ? undefined : said;
  const best = quoted
    ? passages.findLastIndex(([start]) => start <= quoted[0])
    : passages.length > 1
      ? nearestPassage(engine, run, index, read)
      : 0;
  const matches = findMatches(read.places(best), run.query.asked);
  return shorten(document.content, passages[best] ?? [0, 0], matches, quoted ?? matches[0]);
}

/** Whether the title contains every term of the query. */
function isTitled({ arrays, query: { terms } }: Run, index: number): boolean {
  return terms.length > 0 && terms.every(({ id }) => titleShare(arrays.titleTerms, id, index) > 0);
}

/** Most passages of a document whose terms are compared; with more, the embedding alone chooses. */
const MAX_COMPARED = 40_000;

function nearestPassage(engine: Engine, run: Run, index: number, read: ReadDocument): number {
  const { passageKeys, passageOffsets } = run.arrays;
  const { passages } = read;
  const { idf, vector } = run.query;
  const first = passageOffsets[index] ?? 0;
  const total = [...idf.values()].reduce((sum, value) => sum + value, 0);
  const isAnalysed = passages.length <= MAX_COMPARED;
  const { content: near = 0, words = 0 } = engine.calibration.first.heads;
  const content = isAnalysed && isTitled(run, index) ? 0 : near;
  const shares = isAnalysed ? sharesOf(run.arrays, idf, read) : [];
  let best = { score: Number.NEGATIVE_INFINITY, index: 0 };
  for (let i = 0; i < passages.length; i++) {
    const cos =
      passageKeys.rows > first + i ? cosine(vector.values, vector.inverseNorm, passageKeys, first + i) : 0;
    const score = content * cos + words * (total > 0 ? (shares[i] ?? 0) / total : 0);
    if (score > best.score) best = { score, index: i };
  }
  return best.index;
}

/** Σ idf of the query terms in each passage. Summed in query order, because another order changes the last bits. */
function sharesOf({ terms }: SearchArrays, idf: Query['idf'], read: ReadDocument): number[] {
  const asked = Array.from(idf, ([term, value]) => ({ id: terms.get(term) ?? -1, value }));
  return read
    .terms()
    .map((there) => asked.reduce((sum, { id, value }) => (there.includes(id) ? sum + value : sum), 0));
}

/** At most EXCERPT characters of a passage, starting at a word a little before the part that must be visible. */
function shorten(
  content: string,
  [start, end]: Span,
  matches: readonly Span[],
  [first, last]: Span = [start, start],
): MatchedPassage {
  let from = start;
  let to = end;
  if (end - start > EXCERPT) {
    if (first - start > EXCERPT / 2 || last - start > EXCERPT) from = Math.max(start, first - EXCERPT / 4);
    from = wordStart(content, from, start);
    to = from + EXCERPT < end ? wordStart(content, from + EXCERPT, from) : end;
    to = from + content.slice(from, to).trimEnd().length;
  }
  const inside = matches.filter(([a, b]) => a >= from && b <= to);
  return { text: content.slice(from, to), start: from, end: to, matches: inside };
}

/**
 * The last start of a word at or before `at`. In text without spaces this is `at` itself, moved out of a surrogate
 * pair.
 */
function wordStart(content: string, at: number, least: number): number {
  const farthest = Math.max(least, at - LONGEST_WORD);
  for (let i = at; i > farthest; i--) {
    if (/\s/.test(content[i - 1] ?? '')) return i;
  }
  return at > least && isInPair(content, at) ? at - 1 : at;
}

/** Milliseconds of each step with three decimals, and their total. */
function timings(took: Readonly<Record<string, number>>): SearchResponse['tookMs'] {
  const steps = Object.entries(took);
  const round = (ms: number) => Math.round(ms * 1000) / 1000;
  return {
    ...Object.fromEntries(steps.map(([name, ms]) => [name, round(ms)])),
    total: round(steps.reduce((sum, [, ms]) => sum + ms, 0)),
  };
}
