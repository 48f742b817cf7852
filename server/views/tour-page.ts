import { attended } from '../../lib/attention/attend.ts';
import type { Engine } from '../../lib/engine.ts';
import { explainDocument } from '../../lib/explain.ts';
import { remainderOf, summarize, weightOf } from '../../lib/math/softmax.ts';
import type { Run } from '../../lib/query.ts';
import { wordsSelfAttention } from '../../lib/relations.ts';
import type { SearchResponse } from '../../lib/response.ts';
import { respond } from '../../lib/search.ts';
import { isRow } from '../../lib/text/sentences.ts';
import type { Language, Translate } from '../i18n.ts';
import { TOUR, type TourText } from '../tour-text.ts';
import { type PageState, urlOf } from '../urls.ts';
import { examplesOf } from './examples.ts';
import { type Heat, weightCell } from './heat.ts';
import { decimal, percent } from './numbers.ts';

const SHOWN = 5;
/** Words of a small library lie far apart: √d would leave every word looking at itself alone. */
const SELF_TEMPERATURE = 0.25;
const TEMPERATURES = [0.25, 1, 4] as const;

/** The tour: seven steps, each with a picture computed from the notes at hand. */
export function tourPage(engine: Engine, state: PageState, language: Language, t: Translate) {
  const text = TOUR[language];
  return engine.snapshot(() => {
    const q = state.q.trim() === '' ? examplesOf(engine, language).tour : state.q;
    const base = { t, text, q, lang: state.lang };
    if (engine.status().documents === 0) return { ...base, live: null };
    const run = engine.attend(q);
    return { ...base, live: pictures(engine, run, q, text, state) };
  });
}

function pictures(engine: Engine, run: Run, q: string, text: TourText, state: PageState) {
  const response = respond(engine, run);
  const shown = response.results.slice(0, SHOWN);
  const asked = new Set(response.query.terms);
  return {
    sees: placesOf(response, q, text, state),
    words: response.query.words.map(({ text, terms, readings }) => ({
      text,
      terms: [...new Set([...terms, ...readings.flatMap((reading) => reading.terms)])].join(' · '),
    })),
    keys: shown.map(({ id, title }) => ({ title, href: urlOf(`/documents/${id}`, state, { q }) })),
    cosine: cosineOf(engine, q),
    softmax: softmaxAt(
      run,
      shown.map(({ id, title }) => ({ id, title })),
      text,
    ),
    answer: response.answer.sentences.map((sentence) => ({
      text: sentence.text,
      percent: percent(sentence.weight),
      title: response.results.find(({ id }) => id === sentence.document)?.title ?? '',
    })),
    output: response.output.terms.map(({ term }) => ({
      term,
      added: !engine.analyzer.terms(term).some((one) => asked.has(one)),
    })),
    nothing: [q, text.offTopic].map((query) => {
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
    self: selfHeat(engine, response.answer.sentences.find(({ text }) => !isRow(text))?.text ?? q, text),
  };
}

/** Where each step is tried: the place on the search page that has it, and at the end a note's own map. */
function placesOf({ query, answer, results }: SearchResponse, q: string, text: TourText, state: PageState) {
  const [first] = results;
  const about = results.find(({ id }) => id === answer.sentences[0]?.document) ?? first;
  const places = [
    { q, at: query.words.length > 1 ? 'words' : 'q' },
    { q, at: 'look-title' },
    { q, at: first ? `d${first.id}` : 'look-title' },
    { q, at: 'temperature' },
    { q, at: answer.sentences.length > 0 ? 'answer-title' : 'look-title' },
    { q: text.offTopic, at: 'look-title' },
  ].map(({ q, at }) => `${urlOf('/', state, { q })}#${at}`);
  if (about) places.push(urlOf(`/documents/${about.id}/self-attention`, state));
  return places.map((href, i) => ({
    href,
    label: (text.steps[i]?.see ?? '').replace('{title}', () => about?.title ?? ''),
  }));
}

/** The title nearest to the query, and what each term adds to the cosine. */
function cosineOf(engine: Engine, q: string) {
  const names = Object.keys(engine.calibration.heads).filter((name) => name !== 'title');
  const run = engine.attend(q, { heads: Object.fromEntries(names.map((name) => [name, 0])) });
  const [first] = engine.strongest(run, 1);
  if (!first) return null;
  const { title, cosines, heads } = explainDocument(engine, run, run.arrays.ids[first.index] ?? 0);
  return {
    title,
    terms: cosines.title.terms.map(({ term, contribution }) => ({
      term,
      contribution: decimal(contribution, 3),
    })),
    rounding: decimal(cosines.title.rounding, 3),
    score: decimal(heads.find(({ name }) => name === 'title')?.score ?? 0, 3),
  };
}

/** The same logits at three temperatures: columns that each add up to 1. */
function softmaxAt(run: Run, documents: readonly { id: number; title: string }[], text: TourText) {
  const { record, arrays } = run;
  const logits = documents.map(({ id }) => attended(record, arrays.ids.indexOf(id)).logit);
  const columns = TEMPERATURES.map((temperature) => {
    const summary = summarize(record.logits, temperature);
    const weights = logits.map((logit) => weightOf(logit, temperature, summary));
    const others = remainderOf(weights.reduce((sum, weight) => sum + weight, summary.nothing));
    return { temperature, weights: [...weights, others, summary.nothing] };
  });
  const names = [...documents.map(({ title }) => title), text.labels.others, text.labels.nothing];
  return {
    temperatures: TEMPERATURES.map(String),
    rows: names.map((name, i) => ({
      name,
      cells: columns.map(({ weights }) => ({
        percent: percent(weights[i] ?? 0),
        bar: decimal(100 * (weights[i] ?? 0), 1),
      })),
    })),
  };
}

function selfHeat(engine: Engine, sentence: string, text: TourText): Heat | null {
  const { words, weights } = wordsSelfAttention(engine, sentence, 'temperature', SELF_TEMPERATURE);
  if (words.length < 2) return null;
  return {
    label: text.steps.at(-1)?.title ?? '',
    caption: text.labels.rows,
    corner: text.labels.word,
    columns: words.map((label) => ({ label, href: null })),
    rows: words.map((label, i) => ({
      label,
      href: null,
      cells: (weights[i] ?? []).map((weight, j) => weightCell(weight, label, words[j] ?? '')),
    })),
  };
}
