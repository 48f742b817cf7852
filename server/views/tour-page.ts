import { ANSWERING } from '../../lib/answer/answer.ts';
import { attended, strongest } from '../../lib/attention/attend.ts';
import type { Engine } from '../../lib/engine.ts';
import { filled } from '../../lib/errors.ts';
import { type Explanation, explainDocument } from '../../lib/explain/explain.ts';
import { SENTENCES_TEMPERATURE, wordsSelfAttention } from '../../lib/explain/relations.ts';
import { remainingWeight, summarize, weightOf } from '../../lib/math/softmax.ts';
import { positionOf } from '../../lib/math/sorted.ts';
import { isIn } from '../../lib/query/asked.ts';
import type { Run } from '../../lib/query/query.ts';
import type { SearchResponse, SearchResult } from '../../lib/response.ts';
import { respond } from '../../lib/search.ts';
import { isRow } from '../../lib/text/sentences.ts';
import type { Language, Translate } from '../i18n.ts';
import { TOUR, type TourText } from '../tour-text.ts';
import { type PageState, urlOf } from '../urls.ts';
import { shareOf } from './answer.ts';
import { examplesOf, unanswered } from './examples.ts';
import { type Heat, selfCell } from './heat.ts';
import { headLabel, logitView, titleScore } from './maths.ts';
import { decimal, grouped, percent, plain, rounding, significant } from './numbers.ts';
import { wordsOf } from './readings.ts';
import { fewView, WORDS_TEMPERATURE } from './self-page.ts';
import { titleOf } from './titles.ts';

const SHOWN = 5;
/** Words that a self-attention map needs to be worth showing. */
const ENOUGH = 4;
/** Scores of titles nearer to 0 are printed as 0.000, and there is nothing to work out. */
const LEAST_SCORE = 0.0005;
/** The least share of a sentence that prints as 0.1 %. */
const LEAST_SHARE = 0.0005;
const TEMPERATURES = [0.25, 1, 4] as const;

/** View model of the tour: seven steps, each with a picture computed from the library. */
export function tourPage(engine: Engine, state: PageState, language: Language, t: Translate) {
  const text = TOUR[language];
  return engine.snapshot(() => {
    const q = state.q.trim() === '' ? examplesOf(engine, language).tour : state.q;
    const base = { text, q, lang: state.lang };
    if (engine.status().documents === 0) return { ...base, live: null };
    const run = engine.attend(q);
    return {
      ...base,
      live: pictures(engine, run, { q, text, state, t, offTopic: unanswered(engine, language, q) }),
    };
  });
}

interface Asked {
  readonly q: string;
  /** An off-topic question that no note answers; null when the notes answer all of them. */
  readonly offTopic: string | null;
  readonly text: TourText;
  readonly t: Translate;
  readonly state: PageState;
}

function pictures(engine: Engine, run: Run, asked: Asked) {
  const { q, offTopic, text, state, t } = asked;
  const response = respond(engine, run);
  const shown = response.results.slice(0, SHOWN);
  const titled = shown.filter(({ title }) => title !== '');
  const worked = titled.find(({ scores }) => Math.abs(scores.title ?? 0) >= LEAST_SCORE) ?? titled[0];
  const explanation = worked && explainDocument(engine, run, worked.id);
  const answering = strongest(run.record, ANSWERING);
  const isAlike = response.results.every(({ scores }) => Object.values(scores).every((one) => one === 0));
  return {
    alike: isAlike,
    sees: placesOf(response, worked, asked).map((place, i) => (isAlike && 0 < i && i < 5 ? null : place)),
    words: response.query.words.map(({ text, terms, readings }) => ({
      text,
      terms: [...new Set([...terms, ...readings.flatMap((reading) => reading.terms)])].join(' · '),
    })),
    keys: shown.map(({ id, title, uri }) => ({
      title: titleOf({ title, uri }),
      href: urlOf(`/documents/${id}`, { ...state, q }),
    })),
    cosine: explanation ? cosineOf(engine, response, explanation) : null,
    worked: explanation ? workedOf(run, explanation, asked) : null,
    softmax: softmaxAt(
      run,
      shown.map(({ id, title, uri }) => ({ id, title: titleOf({ title, uri }) })),
      text,
    ),
    // Not the items of a list, where only what announces them has a share to speak of.
    answer: response.answer.sentences
      .filter(({ weight }) => weight >= LEAST_SHARE)
      .map((sentence) => ({
        text: sentence.text,
        ...shareOf(run, answering, sentence),
        title: response.results.find(({ id }) => id === sentence.document)?.title ?? '',
      })),
    output: response.output.terms.map(({ term }) => ({
      term,
      added: !isIn(engine, term, run.query.asked),
    })),
    answered:
      offTopic === null ? filled(text.labels.answered, { examples: text.offTopics.join(' · ') }) : null,
    nothing: (offTopic === null ? [q] : [q, offTopic]).map((query) => {
      const { attention } = engine.search(query, { limit: 1 });
      const { weight } = attention.nothing;
      return {
        query,
        verdict: attention.verdict,
        nothing: percent(weight),
        rest: percent(1 - weight),
        bar: decimal(100 * weight, 1),
      };
    }),
    ...selfHeat(wordsOfOne(engine, response, q), text),
    few: fewView(engine, t),
  };
}

/** Links to where each step can be tried: sections of the search page, and at the end a note's own map. */
function placesOf(
  { query, answer, results }: SearchResponse,
  worked: SearchResult | undefined,
  { q, offTopic, text, state }: Asked,
) {
  const [first] = results;
  const about = results.find(({ id }) => id === answer.sentences[0]?.document) ?? first;
  const places = [
    { q, at: query.words.length > 1 ? 'words' : 'q' },
    { q, at: 'look-title' },
    // A target inside a closed <details>: the browser opens it.
    { q, at: worked ? `maths-d${worked.id}` : 'look-title' },
    { q, at: 'temperature' },
    { q, at: answer.sentences.length > 0 ? 'answer-title' : 'look-title' },
    { q: offTopic, at: 'look-title' },
  ].map(({ q, at }) => (q === null ? null : `${urlOf('/', { ...state, q })}#${at}`));
  if (about) places.push(urlOf(`/documents/${about.id}/self-attention`, state));
  return places.map(
    (href, i) =>
      href && { href, label: (text.steps[i]?.see ?? '').replace('{title}', () => about?.title ?? '') },
  );
}

/** The arithmetic of one title: what each term adds to its score. */
function cosineOf(
  engine: Engine,
  response: SearchResponse,
  { title, uri, heads, cosines, overlap }: Explanation,
) {
  const words = wordsOf(engine, response);
  const { terms } = cosines.title;
  const score = heads.find(({ name }) => name === 'title')?.score ?? 0;
  return {
    title: titleOf({ title, uri }),
    terms: terms.map(({ term, contribution }) => ({
      term: words.get(term) ?? term,
      contribution: decimal(contribution, 4),
    })),
    rounding: rounding(
      terms.map(({ contribution }) => contribution),
      score,
      4,
    ),
    ...titleScore(score, response.query.explained, overlap),
  };
}

/** The arithmetic of the same title from its scores to its logit and its weight. */
function workedOf(run: Run, explanation: Explanation, { text, t }: Asked) {
  const { nothing } = run.record.softmax;
  // The denominator is 1 ÷ (weight of the null key), because exp of the null key's logit is 1.
  const printed = (value: number) => (value < 1000 ? significant(value) : grouped(Math.round(value)));
  const { x, heads, said, bias, explained, doubt, prior, logit } = logitView(run, explanation, (head) =>
    headLabel(head, t),
  );
  return {
    sum: `${added(heads.map(({ of, label }) => `${of}\u00a0(${label})`))} = ${said.sum}`,
    terms: added([said.of, bias, explained.of, ...(doubt ? [doubt.of] : []), prior.of]),
    doubt: doubt !== null,
    capped: cappedText(run, x, text),
    logit,
    exp: printed(explanation.weight / nothing),
    all: printed(1 / nothing),
    weight: percent(explanation.weight),
  };
}

/** Says that less of x counts than in step 3, where that is so. */
function cappedText({ coefficients, query }: Run, x: string, { labels }: TourText): string | null {
  if (coefficients.breadth === query.explained) return null;
  return filled(labels.capped, { x, explained: decimal(query.explained, 4) });
}

/** A sum, with a minus in place of a plus before what is negative. */
function added(terms: readonly string[]): string {
  return terms.join(' + ').replaceAll('+ −', '−\u00a0');
}

/** The weights of the same logits at three temperatures; each column sums to 1. */
function softmaxAt(run: Run, documents: readonly { id: number; title: string }[], text: TourText) {
  const { record, arrays } = run;
  const positions = documents.map(({ id }) => positionOf(arrays.ids, id));
  const logits = positions.map((position) => attended(record, position).logit);
  const next = strongest(record, documents.length + 1).find(({ index }) => !positions.includes(index));
  const columns = TEMPERATURES.map((temperature) => {
    const summary = summarize(record.logits, temperature);
    const weights = logits.map((logit) => weightOf(logit, temperature, summary));
    const listed = weights.reduce((sum, weight) => sum + weight, summary.nothing);
    // At least the strongest of them, since 1 minus the rest may round to 0 what is merely small.
    const others = Math.max(remainingWeight(listed), next ? weightOf(next.logit, temperature, summary) : 0);
    return { temperature, weights: [...weights, others, summary.nothing] };
  });
  const names = [...documents.map(({ title }) => title), text.labels.others, text.labels.nothing];
  return {
    temperatures: TEMPERATURES.map(String),
    rows: names.map((name, i) => ({
      name,
      // The other documents have one logit each, so their row shows none. That of the null key is 0.
      logit: i < logits.length ? decimal(logits[i] ?? 0) : i === logits.length ? '' : '0',
      cells: columns.map(({ weights }) => ({
        percent: percent(weights[i] ?? 0),
        bar: decimal(100 * (weights[i] ?? 0), 1),
      })),
    })),
  };
}

/**
 * The words of the first answer sentence (or of the query) with at least `ENOUGH` words; else of the one
 * with the most.
 */
function wordsOfOne(engine: Engine, { answer }: SearchResponse, q: string) {
  const sentences = answer.sentences.map(({ text }) => text).filter((text) => !isRow(text));
  const read = [...sentences, q].map((sentence) => ({
    sentence,
    ...wordsSelfAttention(engine, sentence, 'temperature', WORDS_TEMPERATURE),
  }));
  const most = Math.max(...read.map(({ words }) => words.length));
  return read.find(({ words }) => words.length >= Math.min(ENOUGH, most));
}

function selfHeat(read: ReturnType<typeof wordsOfOne>, text: TourText) {
  if (!read || read.words.length < 2) return { self: null, leftOut: read?.leftOut };
  const { sentence, words, leftOut, beyond, ...self } = read;
  const values = {
    d: self.dimension,
    temperature: WORDS_TEMPERATURE,
    sentences: SENTENCES_TEMPERATURE,
    divisor: plain(self.divisor, 2),
    root: plain(Math.sqrt(self.dimension), 2),
  };
  const heat: Heat = {
    label: text.steps.at(-1)?.title ?? '',
    caption: text.labels.rows,
    corner: text.labels.word,
    columns: words.map((label) => ({ label, href: null })),
    rows: words.map((label, i) => ({
      label,
      href: null,
      cells: words.map((word, j) => selfCell(self, [i, j], [label, word])),
    })),
  };
  const shown = { shown: words.length, of: words.length + beyond };
  return {
    self: heat,
    divisor: filled(text.labels.divisor, values),
    sentence,
    leftOut,
    first: beyond > 0 ? filled(text.labels.first, shown) : null,
  };
}
