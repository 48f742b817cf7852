import { foldersOf, searchedAliases, searchedProperties, searchedTags } from '../../lib/document.ts';
import type { Engine } from '../../lib/engine.ts';
import type { QueryWord, Reading, SearchResponse } from '../../lib/response.ts';
import { foldWord } from '../../lib/text/fold.ts';
import type { Translate } from '../i18n.ts';

/** The ways in which a word is read as others, most certain first. */
const KINDS = ['joined', 'readings', 'titled', 'related', 'names', 'beside'] as const;

/** Says what words of the query were read as, in one sentence per kind of reading. */
export function readingsView(engine: Engine, { query, results }: SearchResponse, t: Translate): string[] {
  if (query.words.every(({ readings }) => readings.length === 0)) return [];
  const shown = shownWords(engine, results);
  const nameOf = (reading: Reading) => nameOfReading(engine, shown, reading);
  const read = new Map(KINDS.map((kind) => [kind, new Map<string, string>()]));
  for (const [i, { text, readings, off, start }] of query.words.entries()) {
    const [first] = readings;
    if (off || !first) continue;
    const isName = first.joins || first.named;
    const isPart = (other: QueryWord | undefined) =>
      isName && other?.readings[0]?.text === first.text && foldWord(other.text) !== foldWord(text);
    // Words read as one name are reported once, at the first.
    if (isPart(query.words[i - 1])) continue;
    let last = i;
    while (isPart(query.words[last + 1])) last++;
    const word = last > i ? query.text.slice(start, query.words[last]?.end) : text;
    // The word itself was searched, too. Report an additional word only where the results show it.
    const told = first.beside
      ? readings.filter(({ terms }) => terms.every((one) => shown.has(one)))
      : readings;
    const names = new Set(told.map(nameOf).filter((name) => foldWord(name) !== foldWord(word)));
    // A word typed in upper and lower case is the same word.
    const said = read.get(kindOf(readings));
    if (names.size > 0 && !said?.has(foldWord(word)))
      said?.set(foldWord(word), `${word}\u00a0→\u00a0${[...names].join(', ')}`);
  }
  return [...read].flatMap(([kind, said]) =>
    said.size > 0 ? [t(`search.${kind}`, { words: [...said.values()].join('; ') })] : [],
  );
}

function kindOf(readings: readonly Reading[]): (typeof KINDS)[number] {
  const [first] = readings;
  if (first?.joins) return 'joined';
  if (first?.titled) return 'titled';
  if (first?.beside) return readings.every(({ named }) => named) ? 'names' : 'beside';
  return first?.related ? 'related' : 'readings';
}

/**
 * Maps each stem of the query to a word people can read: as typed, or as the thesaurus or the results
 * have it.
 */
export function wordsOf(engine: Engine, { query, results }: SearchResponse): Map<string, string> {
  const shown = shownWords(engine, results);
  const words = new Map<string, string>();
  const add = (terms: readonly string[], word: string | undefined) => {
    const [term = ''] = terms;
    // A word cut into several terms names none of them: all would get the same name.
    if (terms.length === 1 && word !== undefined && !words.has(term)) words.set(term, word);
  };
  for (const { text, terms } of query.words) if (isStemmed(text)) add(terms, text);
  for (const reading of query.words.flatMap(({ readings }) => readings))
    add(reading.terms, nameOfReading(engine, shown, reading));
  return words;
}

/**
 * Whether the term of a word is a stem that may be no word. Terms of Hangul are words or pieces of words,
 * apart from a removed particle.
 */
function isStemmed(word: string): boolean {
  return /\p{Script=Latin}/u.test(word);
}

/** The readable name of a reading. Readings by stem are stems; the thesaurus has whole words. */
function nameOfReading(
  engine: Engine,
  shown: ReadonlyMap<string, string>,
  { text, terms, named, related }: Reading,
) {
  if (named || related || terms.length !== 1 || !isStemmed(text)) return text;
  return shown.get(text) ?? wordOf(engine, text) ?? text;
}

/**
 * Characters of a document that are searched for a word. Analysing a whole book would block the event
 * loop.
 */
const MAX_SEARCHED = 100_000;

/**
 * The shortest word with this stem in the first document that has it; undefined where it occurs only late
 * in a long document.
 */
function wordOf(engine: Engine, term: string): string | undefined {
  const arrays = engine.arrays();
  const { offsets, documentIds } = arrays.postings;
  const id = arrays.ids[documentIds[offsets[arrays.terms.get(term) ?? -1] ?? -1] ?? -1];
  if (id === undefined) return undefined;
  const { title, aliases, tags, properties, uri, content } = engine.document(id);
  const labels = [...searchedTags(tags), ...searchedProperties(properties).map(({ words }) => words)];
  return engine.analyzer
    .words(
      [title, ...searchedAliases(aliases), ...labels, foldersOf(uri), content.slice(0, MAX_SEARCHED)].join(
        '\n',
      ),
    )
    .filter(({ terms }) => terms.includes(term))
    .map(({ text }) => text.toLowerCase())
    .sort((a, b) => a.length - b.length)[0];
}

/** Maps each term that is visible in the results to the shortest word with that term. */
function shownWords(engine: Engine, results: SearchResponse['results']): Map<string, string> {
  const words = results.flatMap(({ passage, title, tags, properties, uri }) => [
    ...engine.analyzer
      .words([title, ...tags, ...properties.flatMap(Object.values), foldersOf(uri)].join('\n'))
      .map(({ text }) => text),
    ...passage.matches.map(([start, end]) => passage.text.slice(start - passage.start, end - passage.start)),
  ]);
  const shown = new Map<string, string>();
  for (const word of new Set(words.map((one) => one.toLowerCase()))) {
    for (const term of engine.analyzer.terms(word)) {
      const known = shown.get(term);
      if (known === undefined || word.length < known.length) shown.set(term, word);
    }
  }
  return shown;
}
