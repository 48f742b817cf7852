import { type Attended, strongest } from '../../lib/attention/attend.ts';
import { foldersOf, type Property, searchedAliases } from '../../lib/document.ts';
import type { Engine } from '../../lib/engine.ts';
import { type Explanation, explainDocument } from '../../lib/explain/explain.ts';
import { positionOf } from '../../lib/math/sorted.ts';
import { beyondTitle, isIn } from '../../lib/query/asked.ts';
import { FILTERS } from '../../lib/query/filter.ts';
import { missingWords } from '../../lib/query/missing.ts';
import { FOLLOWS } from '../../lib/query/options.ts';
import type { Run } from '../../lib/query/query.ts';
import { readFor } from '../../lib/read.ts';
import type { AnswerProperty, SearchOptions, SearchResponse, SearchResult } from '../../lib/response.ts';
import { responding, shownOf, topByMass } from '../../lib/search.ts';
import { findNames } from '../../lib/store/library.ts';
import { foldWord } from '../../lib/text/fold.ts';
import { findMatches, placesOf } from '../../lib/text/matches.ts';
import type { Language, MessageKey, Translate } from '../i18n.ts';
import { fieldsOf, type PageState, urlOf } from '../urls.ts';
import { shareOf } from './answer.ts';
import { excerptOf } from './excerpt.ts';
import { filtersView } from './filters.ts';
import { LIBRARY_MAP } from './library-map-page.ts';
import { lookView } from './look.ts';
import { cutToLines, laidOut, markedParts } from './marked.ts';
import { headLabel, type MathsNames, mathsView, totalView } from './maths.ts';
import { missingView } from './missing.ts';
import { decimal, percent } from './numbers.ts';
import { readingsView, wordsOf } from './readings.ts';
import { titleOf } from './titles.ts';
import { welcomeView } from './welcome.ts';

/** Results after the first are shown in full from this weight on: less tells hardly anything. */
const LEAST_WEIGHT = 0.02;
/** Further results are shown in full only if they are among those that hold 90 % of the weight. */
const MOST_UNFOLDED = 3;

/** Words of the query shown as chips; further ones are folded. */
const MOST_WORDS = 12;

/** Counting the documents that hold 90% of the weight stops here. */
const MOST_HOLDING = 1000;

/** View model of views/search.ejs. Yields after each result, which takes up to a millisecond. */
export function* searchPage(engine: Engine, state: PageState, why: string, language: Language, t: Translate) {
  const empty = engine.status().documents === 0;
  const base = {
    q: state.q,
    empty,
    keep: fieldsOf({ ...state, q: '', without: [] }),
  };
  if (state.q.trim() === '') return { ...base, response: null, ...welcomeView(engine, state, language, t) };
  const run = engine.attend(state.q, optionsOf(state));
  const response = yield* responding(engine, run);
  return { ...base, ...(yield* drawn({ engine, state, run, response, t }, why)) };
}

export function optionsOf({ q: _q, lang: _lang, ...options }: PageState): SearchOptions {
  return options;
}

/** What the parts of the page are drawn from. */
interface Answered {
  readonly engine: Engine;
  readonly state: PageState;
  readonly run: Run;
  readonly response: SearchResponse;
  readonly t: Translate;
}

function* drawn(answered: Answered, why: string) {
  const { engine, state, run, response, t } = answered;
  const silence = silenceOf(run, response);
  const listed = silence === null ? response.results : [];
  const first = strongest(run.record, MOST_HOLDING + 1);
  const held = topByMass(first, 0.9, 1 - run.record.softmax.nothing).length;
  const words = wordsOf(engine, response);
  const names: MathsNames = {
    labelOf: (head) => headLabel(head, t),
    wordOf: (term) => words.get(term) ?? term,
    totals: totalView(run, listed),
  };
  const results: (ReturnType<typeof resultView> & { readonly isFolded: boolean })[] = [];
  const explained: Explanation[] = [];
  for (const result of listed) {
    const explanation = explainDocument(engine, run, result.id);
    explained.push(explanation);
    const view = resultView(answered, explanation, result, names);
    const isBeyond = result.rank > MOST_UNFOLDED && result.rank > held;
    const isFolded = result.rank > 1 && (isBeyond || result.weight < LEAST_WEIGHT);
    results.push({ ...view, isFolded });
    yield;
  }
  const chosen = presets(answered);
  const changed =
    state.hops !== 1 || state.mass !== undefined || Object.values(state.heads).some((m) => m !== 1);
  return {
    response,
    results,
    whyFirst: response.attention.verdict === 'none' ? null : whyFirst(explained, t),
    ...wordsView(answered),
    readings: readingsView(engine, response, t),
    answer: answerView(answered, first),
    answering: answeringView(answered, first),
    output: response.output.terms.map(({ term, weight }) => ({
      text: term,
      weight: decimal(weight, 2),
      added: !isIn(engine, term, run.query.asked),
    })),
    verdict: verdictView(answered, silence),
    look: lookView(
      results.map((result) => ({ ...result, href: `#d${result.id}` })),
      response,
      t,
    ),
    facts: listed.length > 0 ? factsView(answered, held) : null,
    temperature: state.temperature,
    // Empty unless the user chose it: a mass cut-off must not come with a limit of ten.
    limit: state.limit ?? '',
    massOn: state.mass !== undefined,
    controlsOpen: changed,
    heads: Object.keys(engine.calibration.heads).map((name) => ({
      name,
      label: headLabel(name, t),
      what: headWhat(name, t),
      multiplier: run.options.multipliers[name] ?? 1,
      follows: FOLLOWS[name] ?? '',
      toggle: urlOf('/', {
        ...state,
        heads: { ...state.heads, [name]: run.options.multipliers[name] === 0 ? 1 : 0 },
      }),
    })),
    presets: chosen,
    // The other preset, one click away from the picture.
    another: chosen.find(({ active }) => !active),
    keepInControls: fieldsOf({
      ...state,
      q: '',
      temperature: 1,
      heads: {},
      limit: undefined,
      mass: undefined,
      hops: 1,
      filter: {},
    }),
    hops: state.hops,
    narrowed: narrowedView(state, t),
    ...filtersView(engine, state, t),
    map: urlOf(LIBRARY_MAP, { ...state, mass: undefined }),
    keepAll: fieldsOf({ ...state, q: '' }),
    why: whyView(answered, names, why),
  };
}

/** A chip per distinct word that can be switched off. */
function wordsView({ state, response: { query }, t }: Answered) {
  const words = distinct(query.words.filter(({ terms }) => terms.length > 0)).map(({ text, off }) => ({
    text,
    off,
    href: urlOf('/', {
      ...state,
      without: off
        ? state.without.filter((word) => foldWord(word) !== foldWord(text))
        : [...state.without, text],
    }),
    label: t(off ? 'search.word.on' : 'search.word.off', { word: text }),
  }));
  return { words: words.slice(0, MOST_WORDS), moreWords: words.slice(MOST_WORDS) };
}

/** The active filters, each with a link to the search without it. */
function narrowedView(state: PageState, t: Translate) {
  return FILTERS.flatMap((name) => {
    const { [name]: value, ...filter } = state.filter;
    if (value === undefined || value === '') return [];
    const text = `${t(`filter.${name}`)}: ${value}`;
    return [
      { text, label: t('controls.filter.off', { filter: text }), href: urlOf('/', { ...state, filter }) },
    ];
  });
}

/** The first of each word, ignoring case. */
function distinct<Word extends { readonly text: string }>(words: readonly Word[]): Word[] {
  const first = new Map<string, Word>();
  for (const word of words) if (!first.has(foldWord(word.text))) first.set(foldWord(word.text), word);
  return [...first.values()];
}

/**
 * The message in place of results; null where there are results. Where every score is zero or every head
 * off, no document is closest, and a list would only show the order of the index.
 */
function silenceOf(run: Run, { query, results }: SearchResponse): MessageKey | null {
  if (run.arrays.ids.length === 0) return 'index.none';
  if (run.documents === 0) return 'verdict.filtered';
  const isFiltered = Object.keys(run.options.filter).length > 0;
  const isUnknown = results.every(({ scores }) => Object.values(scores).every((one) => one === 0));
  const isHeadless = run.record.heads.every(({ coefficient }) => coefficient === 0);
  if (!isUnknown) return isHeadless ? 'verdict.headless' : null;
  if (query.terms.length === 0) return 'verdict.empty';
  return isFiltered ? 'verdict.unknown.filtered' : 'verdict.unknown';
}

function verdictView({ response, t }: Answered, silence: MessageKey | null) {
  const { query, results } = response;
  const { verdict } = response.attention;
  const [first] = silence === null ? results : [];
  const lacks = missingView(query.words, first && verdict !== 'none' ? first.missing : [], t);
  return {
    kind: verdict,
    text: t(silence ?? `verdict.${verdict}`),
    hint: first && verdict === 'none' ? t('verdict.none.hint') : '',
    // A strong match can still be about another thing, such as a different model. Only the reader can
    // tell, so it is said where the verdict is read.
    lacks: lacks.length > 0 ? t('verdict.lacks', { words: lacks.join(', ') }) : '',
    lacksMuch: 2 * (first?.missing.length ?? 0) >= query.length,
  };
}

/**
 * Explains the first rank: by how much each head's part of the logit exceeds that of the second result,
 * largest first.
 */
function whyFirst([first, second]: readonly Explanation[], t: Translate): string | null {
  if (!first || !second) return null;
  const heads = first.heads
    .map(({ name, product }, i) => ({ name, more: product - (second.heads[i]?.product ?? 0) }))
    .filter(({ more }) => Math.abs(more) >= 0.005)
    .sort((a, b) => b.more - a.more);
  const [most] = heads;
  if (!most || most.more < 0) return null;
  return t('result.first', {
    head: headLabel(most.name, t),
    heads: heads
      .map(({ name, more }) => `${headLabel(name, t)} ${more > 0 ? '+' : ''}${decimal(more, 2)}`)
      .join(', '),
  });
}

/** How widely the attention is spread. Sends singular and plural, since the slider changes the count. */
function factsView({ response: { attention }, t }: Answered, held: number) {
  const one = t('attention.mass.one');
  return {
    effective: attention.effectiveDocuments.toFixed(1),
    mass: held === 1 ? one : t('attention.mass', { count: held > MOST_HOLDING ? `>${MOST_HOLDING}` : held }),
    massOne: one,
    massMany: t('attention.mass'),
  };
}

function presets({ run, state, t }: Answered) {
  const { multipliers } = run.options;
  const off = Object.fromEntries(Object.keys(multipliers).map((name) => [name, name === 'title' ? 1 : 0]));
  const textbook = { heads: off, temperature: 1 };
  const isTextbook = Object.entries(off).every(([name, m]) => multipliers[name] === m);
  const isDefault = state.temperature === 1 && Object.values(multipliers).every((m) => m === 1);
  return [
    { label: t('controls.preset.textbook'), href: urlOf('/', { ...state, ...textbook }), active: isTextbook },
    {
      label: t('controls.preset.everything'),
      href: urlOf('/', { ...state, heads: {}, temperature: 1, mass: undefined, limit: undefined }),
      active: isDefault,
    },
  ];
}

/** The sentences of the answer with their sources, which may be beyond the listed results. */
function answerView({ engine, state, run, response }: Answered, strongest: readonly Attended[]) {
  return response.answer.sentences.map((sentence) => {
    const { text, document: id, start, end } = sentence;
    const { document } = readFor(engine, run, id);
    const { whole, ...share } = shareOf(run, strongest, sentence);
    return {
      text,
      ...share,
      title: titleOf(document),
      language: document.language,
      tint: Math.min(9, Math.max(1, Math.ceil(whole * 10))),
      href: documentUrl(state, id, start, end),
    };
  });
}

/** The properties that answer with their sources; the values of a list are one row. */
function answeringView({ engine, state, run, response }: Answered, strongest: readonly Attended[]) {
  const rows: AnswerProperty[] = [];
  for (const one of response.answer.properties) {
    const last = rows.at(-1);
    const isListed = last?.document === one.document && last.name === one.name;
    if (isListed) rows.push({ ...one, value: `${rows.pop()?.value}, ${one.value}` });
    else rows.push(one);
  }
  return rows.map(({ name, value, document: id, weight }) => {
    const { document } = readFor(engine, run, id);
    return {
      ...propertyView(engine, run, { name, value }),
      rank: strongest.findIndex(({ index }) => run.arrays.ids[index] === id) + 1,
      percent: percent(weight),
      title: titleOf(document),
      language: document.language,
      href: urlOf(`/documents/${id}`, state),
    };
  });
}

/** URL of a document's page at a span, keeping the query. */
function documentUrl(state: PageState, id: number, start: number, end: number): string {
  return `${urlOf(`/documents/${id}`, state, { start, end })}#passage`;
}

function headWhat(name: string, t: Translate): string {
  return t(`head.${name}.what` as MessageKey);
}

function whyView(answered: Answered, names: MathsNames, text: string) {
  const { engine, run, t } = answered;
  if (text.trim() === '') return { text: '', rows: [], notice: null };
  const missing = missingWords(run);
  const named = (filter?: SearchOptions['filter']) => findNames(engine.store, text.trim(), 3, filter);
  const rows = named(run.options.filter).map(({ id }) => {
    const found = { ...shownOf(engine, run, id), missing: missing(positionOf(run.arrays.ids, id)) };
    return resultView(answered, explainDocument(engine, run, id), found, names);
  });
  const others = rows.length > 0 ? [] : named();
  const notice =
    others.length > 0
      ? t('why.filtered', { titles: others.map(titleOf).join(' · ') })
      : t('why.none', { text });
  return { text, rows, notice: rows.length > 0 ? null : notice };
}

/**
 * A text with the query's words marked. Of a path only the folders are searched, since the file is named
 * like its title.
 */
function marked({ analyzer }: Engine, { query }: Run, text: string, searched = text) {
  const matches = findMatches(placesOf(analyzer.words(searched)), query.asked);
  return markedParts({ text, start: 0, matches });
}

/** Characters of a property shown, and of context before its first match. */
const PROPERTY = { most: 120, before: 40 } as const;

/** A property with the query's words marked; a long one is cut around the first match. */
function propertyView({ analyzer }: Engine, { query }: Run, { name, value }: Property) {
  const whole = `${name}: ${value}`;
  const matches = findMatches(placesOf(analyzer.words(whole)), query.asked);
  const start = whole.length > PROPERTY.most ? Math.max(0, (matches[0]?.[0] ?? 0) - PROPERTY.before) : 0;
  const end = start + PROPERTY.most;
  const parts = markedParts({
    text: whole.slice(start, end),
    start,
    matches: matches.filter(([, to]) => to <= end),
  });
  return { parts, cutBefore: start > 0, cutAfter: end < whole.length };
}

/** View model of one result with its arithmetic, both for the list and for "why not". */
function resultView(
  { engine, state, run, t }: Answered,
  explanation: Explanation,
  { passage, tags, properties, missing }: Pick<SearchResult, 'passage' | 'tags' | 'properties' | 'missing'>,
  names: MathsNames,
) {
  const { id, title, uri, rank, weight, logit, heads } = explanation;
  const { document } = readFor(engine, run, id);
  const excerpt = excerptOf(document.content, passage);
  const shown = cutToLines({ ...passage, text: laidOut(passage.text) });
  const aliases = searchedAliases(document.aliases);
  const beyond = aliases.length > 0 ? beyondTitle(engine, run, id) : null;
  return {
    id,
    title: titleOf({ title, uri }),
    heading: marked(engine, run, titleOf({ title, uri })),
    path: marked(engine, run, uri, foldersOf(uri)),
    tags,
    // Those with a word of the query that the title lacks.
    aliases: beyond
      ? aliases.filter((alias) => isIn(engine, alias, beyond)).map((alias) => marked(engine, run, alias))
      : [],
    properties: properties.map((property) => propertyView(engine, run, property)),
    rank,
    weight,
    percent: percent(weight),
    logit,
    logitText: decimal(logit),
    href: documentUrl(state, id, passage.start, passage.end),
    language: document.language,
    heads: heads.map(({ name, score, coefficient }) => ({
      label: headLabel(name, t),
      what: headWhat(name, t),
      score: decimal(score),
      off: coefficient === 0,
    })),
    passage: markedParts(shown),
    missing: missingView(run.query.words, missing, t),
    sentence: excerpt.sentence,
    cutBefore: excerpt.cutBefore || shown.start > passage.start,
    cutAfter:
      excerpt.cutAfter || passage.text.slice(shown.start - passage.start + shown.text.length).trim() !== '',
    wordsHref: urlOf(`/documents/${id}/words`, state),
    explanationHref: urlOf(`/api/documents/${id}/explanation`, {
      ...state,
      lang: undefined,
      limit: undefined,
      mass: undefined,
    }),
    maths: mathsView(run, explanation, names, t),
  };
}
