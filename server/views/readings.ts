import { foldersOf, searchedProperties, searchedTags } from '../../lib/document.ts';
import type { Engine } from '../../lib/engine.ts';
import type { Reading, SearchResponse } from '../../lib/response.ts';
import { foldWord } from '../../lib/text/fold.ts';
import type { Translate } from '../i18n.ts';

/** The ways a word is read as others, the surest first. */
const KINDS = ['joined', 'readings', 'related', 'beside'] as const;
type Kind = (typeof KINDS)[number];

/** What words of the query were read as: a sentence for each way of reading, however many words it has. */
export function readingsView(engine: Engine, { query, results }: SearchResponse, t: Translate): string[] {
  if (query.words.every(({ readings }) => readings.length === 0)) return [];
  const shown = shownWords(engine, results);
  const nameOf = (reading: Reading) => nameOfReading(engine, shown, reading);
  const read: Record<Kind, Map<string, string>> = {
    joined: new Map(),
    readings: new Map(),
    related: new Map(),
    beside: new Map(),
  };
  for (const [i, { text, readings, off, start }] of query.words.entries()) {
    const [first] = readings;
    if (off || !first) continue;
    const kind = first.joins ? 'joined' : first.beside ? 'beside' : first.related ? 'related' : 'readings';
    const next = query.words[i + 1];
    // Two words that are one are said once, at the first.
    if (first.joins && next?.readings[0]?.text !== first.text) continue;
    const word = first.joins && next ? query.text.slice(start, next.end) : text;
    // The word itself is found as well; what else was looked for is told where results show it.
    const told = first.beside
      ? readings.filter(({ terms }) => terms.every((one) => shown.has(one)))
      : readings;
    const names = new Set(told.map(nameOf).filter((name) => foldWord(name) !== foldWord(word)));
    // Upper and lower case are the same word.
    if (names.size > 0 && !read[kind].has(foldWord(word)))
      read[kind].set(foldWord(word), `${word}\u00a0→\u00a0${[...names].join(', ')}`);
  }
  return KINDS.filter((kind) => read[kind].size > 0).map((kind) =>
    t(`search.${kind}`, { words: [...read[kind].values()].join('; ') }),
  );
}

/** For each stem of the query the word it is of: as typed, else as the thesaurus or the results have it. */
export function wordsOf(engine: Engine, { query, results }: SearchResponse): Map<string, string> {
  const shown = shownWords(engine, results);
  const words = new Map<string, string>();
  const add = (terms: readonly string[], word: string | undefined) => {
    const [term = ''] = terms;
    // A piece of a word is not called by the word's name: its other pieces would be called the same.
    if (terms.length === 1 && word !== undefined && !words.has(term)) words.set(term, word);
  };
  for (const { text, terms } of query.words) if (isStemmed(text)) add(terms, text);
  for (const reading of query.words.flatMap(({ readings }) => readings))
    add(reading.terms, nameOfReading(engine, shown, reading));
  return words;
}

/** Words of Hangul are their own terms, or pieces, but for a particle that is no part of the word. */
function isStemmed(word: string): boolean {
  return /\p{Script=Latin}/u.test(word);
}

/** A term is a stem, and people want the word; the thesaurus has words. */
function nameOfReading(
  engine: Engine,
  shown: ReadonlyMap<string, string>,
  { text, terms, named, related }: Reading,
) {
  if (named || related || terms.length !== 1 || !isStemmed(text)) return text;
  return shown.get(text) ?? wordOf(engine, text) ?? text;
}

/** Characters of a document in which a word is looked for: to analyse a book would hold up everybody else. */
const READ = 100_000;

/** The shortest word of a term in the first document that has it; none where it comes late in a long one. */
function wordOf(engine: Engine, term: string): string | undefined {
  const arrays = engine.arrays();
  const { offsets, documentIds } = arrays.postings;
  const id = arrays.ids[documentIds[offsets[arrays.terms.get(term) ?? -1] ?? -1] ?? -1];
  if (id === undefined) return undefined;
  const { title, aliases, tags, properties, uri, content } = engine.document(id);
  const labels = [...searchedTags(tags), ...searchedProperties(properties).map(({ words }) => words)];
  return engine.analyzer
    .words([title, ...aliases, ...labels, foldersOf(uri), content.slice(0, READ)].join('\n'))
    .filter(({ terms }) => terms.includes(term))
    .map(({ text }) => text.toLowerCase())
    .sort((a, b) => a.length - b.length)[0];
}

/** For each term of what the results show of themselves, the shortest word that has it. */
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
