import type { Engine } from '../../lib/engine.ts';
import { perIndex } from '../../lib/per-index.ts';
import type { SearchArrays } from '../../lib/store/arrays.ts';
import { detectLanguage } from '../../lib/text/language.ts';
import { atOnce } from '../../lib/turns.ts';
import { type Language, translate } from '../i18n.ts';
import { TOUR } from '../tour-text.ts';
import { titleOf } from './titles.ts';

/** Documents of a library whose titles are looked at, from all over it. */
const SEEN = 60;
/** Of these titles, those that are asked. */
const TRIED = 6;
/** Of those, as many are offered. */
const OFFERED = 3;
/** Characters; nobody types a longer one. */
const LONGEST = 60;
/** Two to six words with nothing between them but spaces: what somebody might type. */
const LIKE_A_QUESTION = /^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+){1,5}\??$/u;

export interface Examples {
  /** One a line of the attention map, each an example of its own on the empty page. */
  readonly queries: readonly string[];
  readonly map: readonly string[];
  readonly tour: string;
}

const examplesFor = perIndex(() => new Map<Language, Examples>());

/** What to ask first: the questions that are written for the demo notes where these notes answer them, else of their own. */
export function examplesOf(engine: Engine, language: Language): Examples {
  return atOnce(findExamples(engine, language));
}

/** Finds them search by search, of which there are up to fifteen. */
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
  // A single word adds up to itself: there is more to see of several.
  const tour = [first, ...more].find((one) => new Set(engine.analyzer.terms(one)).size > 1) ?? first;
  return { queries, map: queries, tour };
}

/** The first off-topic question, other than what is asked, that these notes do not answer; null where they answer all. */
export function unanswered(engine: Engine, language: Language, asked = ''): string | null {
  const isUnanswered = (query: string) => engine.search(query, { limit: 1 }).attention.verdict === 'none';
  return TOUR[language].offTopics.find((query) => query !== asked && isUnanswered(query)) ?? null;
}

/** Words that several titles have, the commonest first: many documents answer them. */
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
 * Words that titles share and titles that read like a question, the first that are answered; the one with the widest
 * attention first.
 */
function* ownTitles(
  engine: Engine,
  language: Language,
  ids: SearchArrays['ids'],
): Generator<undefined, string[]> {
  const seen = Math.min(SEEN, ids.length);
  const titles = Array.from({ length: seen }, (_, i) =>
    titleOf(engine.document(ids[Math.floor(((i + 0.5) * ids.length) / seen)] ?? 0)).trim(),
  );
  const strangeness = (title: string) =>
    (detectLanguage(title) === language ? 0 : 2) + (LIKE_A_QUESTION.test(title) ? 0 : 1);
  const likely = [...new Set(titles)]
    .filter((title) => title.length <= LONGEST)
    .sort((a, b) => strangeness(a) - strangeness(b));
  const shared = sharedWords(engine, titles).filter((word) => detectLanguage(word) === language);
  // No more than it takes: each is a search, and the page waits for them.
  const offered: { readonly title: string; readonly most: number }[] = [];
  for (const title of [...shared.slice(0, 2), ...likely.slice(0, TRIED)]) {
    if (offered.length === OFFERED) break;
    const { attention, results } = engine.search(title, { limit: 1 });
    if (attention.verdict === 'strong') offered.push({ title, most: results[0]?.weight ?? 1 });
    yield;
  }
  // There is more to see where one document does not get it all.
  return offered.sort((a, b) => a.most - b.most).map(({ title }) => title);
}
