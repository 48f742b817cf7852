import type { Engine } from '../../lib/engine.ts';
import { perIndex } from '../../lib/per-index.ts';
import type { SearchArrays } from '../../lib/store/arrays.ts';
import { detectLanguage } from '../../lib/text/language.ts';
import { runToEnd } from '../../lib/turns.ts';
import { type Language, translate } from '../i18n.ts';
import { TOUR } from '../tour-text.ts';
import { titleOf } from './titles.ts';

/** Titles sampled from all over the library. */
const SAMPLED = 60;
/** Titles of the sample that may be tried as queries. */
const TRIED = 6;
/** Queries that are offered. */
const OFFERED = 3;
/** Longest title, in characters, that can serve as a query. */
const LONGEST = 60;
/** Two to six words separated by single spaces, as somebody might type them. */
const LIKE_A_QUESTION = /^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+){1,5}\??$/u;

/** Example queries of the pages without a query. */
interface Examples {
  /** `queries` are links on the empty search page; `map` holds one query per row of the attention map. */
  readonly queries: readonly string[];
  readonly map: readonly string[];
  readonly tour: string;
}

const examplesFor = perIndex(() => new Map<Language, Examples>());

/**
 * The example queries: the prepared ones if the library has a strong answer to the tour's question (as
 * the demo notes do), else ones made from the library's own titles.
 */
export function examplesOf(engine: Engine, language: Language): Examples {
  return runToEnd(findExamples(engine, language));
}

/**
 * As `examplesOf`, with a pause after each search; there are up to fifteen. Cached per index and
 * language.
 */
export function* findExamples(engine: Engine, language: Language): Generator<undefined, Examples> {
  const arrays = engine.arrays();
  const known = examplesFor(arrays);
  const found = known.get(language) ?? (yield* choose(engine, language, arrays.ids));
  known.set(language, found);
  return found;
}

function* choose(
  engine: Engine,
  language: Language,
  ids: SearchArrays['ids'],
): Generator<undefined, Examples> {
  const { example } = TOUR[language];
  const written = {
    queries: translate(language, 'search.examples').split('\n'),
    map: translate(language, 'map.example').split('\n'),
    tour: example,
  };
  const isAnswered = engine.search(example, { limit: 1 }).attention.verdict === 'strong';
  yield;
  const [first, ...more] = isAnswered ? [] : yield* ownTitles(engine, language, ids);
  if (first === undefined) return written;
  const offTopic = unanswered(engine, language);
  yield;
  const queries = [first, ...more, ...(offTopic === null ? [] : [offTopic])];
  // The tour shows how words add up, which takes more than one.
  const tour = [first, ...more].find((one) => new Set(engine.analyzer.terms(one)).size > 1) ?? first;
  return { queries, map: queries, tour };
}

/**
 * The first prepared off-topic question, other than `asked`, that the library does not answer; null when
 * it answers them all.
 */
export function unanswered(engine: Engine, language: Language, asked = ''): string | null {
  const isUnanswered = (query: string) => engine.search(query, { limit: 1 }).attention.verdict === 'none';
  return TOUR[language].offTopics.find((query) => query !== asked && isUnanswered(query)) ?? null;
}

/** Words that several titles share, most frequent first: several documents answer them. */
function sharedWords(engine: Engine, titles: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const title of titles) {
    const words = engine.analyzer.words(title).filter(({ terms }) => terms.length > 0);
    for (const word of new Set(words.map(({ text }) => text)))
      if (word.length > 1) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([word]) => word);
}

/**
 * Queries made from the library: words that titles share, then titles that read like a question. Takes
 * the first ones with a strong verdict and puts the one with the most spread-out attention first.
 */
function* ownTitles(
  engine: Engine,
  language: Language,
  ids: SearchArrays['ids'],
): Generator<undefined, string[]> {
  const seen = Math.min(SAMPLED, ids.length);
  const titles = Array.from({ length: seen }, (_, i) =>
    titleOf(engine.document(ids[Math.floor(((i + 0.5) * ids.length) / seen)] ?? 0)).trim(),
  );
  const strangeness = (title: string) =>
    (detectLanguage(title) === language ? 0 : 2) + (LIKE_A_QUESTION.test(title) ? 0 : 1);
  const likely = [...new Set(titles)]
    .filter((title) => title.length <= LONGEST)
    .sort((a, b) => strangeness(a) - strangeness(b));
  const shared = sharedWords(engine, titles).filter((word) => detectLanguage(word) === language);
  // Each candidate costs a search that the page waits for, so stop when there are enough.
  const offered: { readonly title: string; readonly most: number }[] = [];
  for (const title of [...shared.slice(0, 2), ...likely.slice(0, TRIED)]) {
    if (offered.length === OFFERED) break;
    const { attention, results } = engine.search(title, { limit: 1 });
    if (attention.verdict === 'strong') offered.push({ title, most: results[0]?.weight ?? 1 });
    yield;
  }
  // A query whose attention is spread over several documents shows more.
  return offered.sort((a, b) => a.most - b.most).map(({ title }) => title);
}
