import { commonDocuments } from '../lexical/postings.ts';
import { SOFT } from '../lexical/soft.ts';
import { titlesWith } from '../lexical/title-terms.ts';
import { positionOf } from '../math/sorted.ts';
import type { Reading } from '../response.ts';
import type { Word } from '../text/analyzer.ts';
import { type Asked, cachedNames } from './pairs.ts';

/** A word of the query, and the documents whose titles have it as typed and under its other names. */
interface Way {
  readonly typed: ReadonlySet<number>;
  readonly names: readonly { readonly reading: Reading; readonly titles: ReadonlySet<number> }[];
}

/**
 * For each word, the other names under which it stands in a title. Whoever types 팩토리 메소드 means the note that is
 * called "Factory Method", even if others mention the words as typed.
 *
 * Nothing is read so where a title, or a document without one, has all words of the query as typed. Of titles that have
 * all words under one name or another, their names are taken; where there is none, those of every word that is in no
 * title as typed.
 */
export function titledReadings(asked: Asked): (readonly Reading[])[] {
  const { typed, isOff } = asked;
  const found = typed.map((): readonly Reading[] => []);
  const topical = typed.flatMap((word, i) => (word.terms.length > 0 && !isOff(word) ? [i] : []));
  if (topical.length > SOFT.titled.words) return found;
  const named = topical.map((i) => {
    // The longer name says more: 교차 엔트로피 is cross entropy, and not entropy.
    const around = asked.around[i] as readonly Reading[];
    const names = around.length > 0 ? around : namesOf(asked, typed[i] as Word);
    return [...new Map(names.map((reading) => [reading.text, reading])).values()];
  });
  if (named.every(({ length }) => length === 0)) return found;
  const titles = titlesIn(asked);
  const ways = topical.map((i, at): Way => {
    const names = (named[at] ?? []).map((reading) => ({ reading, titles: titles(reading.terms) }));
    return { typed: titles((typed[i] as Word).terms), names: names.filter(({ titles }) => titles.size > 0) };
  });
  const joined = asked.engine.analyzer.terms(topical.map((i) => (typed[i] as Word).text).join(''));
  if (titles(joined).size > 0 || inAll(ways.map((way) => way.typed)).length > 0) return found;
  if (isUntitled(asked, topical)) return found;
  const meant = inAll(
    ways.map((way) => new Set([...way.typed, ...way.names.flatMap(({ titles }) => [...titles])])),
  );
  const factor = meant.length > 0 ? SOFT.titled.whole : SOFT.titled.part;
  for (const [at, way] of ways.entries()) {
    const isTyped = meant.length > 0 ? meant.every((title) => way.typed.has(title)) : way.typed.size > 0;
    if (isTyped) continue;
    const names = way.names.filter(
      ({ titles }) => meant.length === 0 || meant.some((title) => titles.has(title)),
    );
    found[topical[at] as number] = names.map(({ reading }) => ({
      ...reading,
      share: factor * reading.share,
      titled: true,
    }));
  }
  return found;
}

/** Whether a document without a title has all of these words, so that its title might have been as typed. */
function isUntitled({ arrays, typed }: Asked, topical: readonly number[]): boolean {
  const { terms, postings, untitled } = arrays;
  if (untitled.length === 0) return false;
  const ids = topical.flatMap((i) => (typed[i] as Word).terms.map((term) => terms.get(term) ?? -1));
  return commonDocuments(postings, ids).some((document) => positionOf(untitled, document) >= 0);
}

/** Other names of a word. */
function namesOf({ engine, arrays, has }: Asked, word: Word): readonly Reading[] {
  return cachedNames(arrays, word.text, () => engine.thesaurus.names(word, has));
}

function titlesIn({ arrays: { titleTerms, terms } }: Asked) {
  return (of: readonly string[]) =>
    new Set(
      titlesWith(
        titleTerms,
        of.map((term) => terms.get(term) ?? -1),
      ),
    );
}

/** What all of these sets have. */
function inAll([first = new Set(), ...others]: readonly ReadonlySet<number>[]): number[] {
  return [...first].filter((one) => others.every((other) => other.has(one)));
}
