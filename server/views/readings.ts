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
  // A term is a stem, and people want the word; the thesaurus has words.
  const nameOf = ({ text, terms, related }: Reading) =>
    (!related && terms.length === 1 && shown.get(text)) || text;
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

/** For each term of what the results show of themselves, the shortest word that has it. */
function shownWords(engine: Engine, results: SearchResponse['results']): Map<string, string> {
  const words = results.flatMap(({ passage, title }) => [
    ...engine.analyzer.words(title).map(({ text }) => text),
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
