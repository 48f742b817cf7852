import type { Engine } from '../engine.ts';
import { commonDocuments } from '../lexical/postings.ts';
import { beside, SOFT } from '../lexical/soft.ts';
import { titlesWith } from '../lexical/title-terms.ts';
import { positionOf } from '../math/sorted.ts';
import { perWord } from '../per-index.ts';
import type { Reading } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';
import { aliasesOf } from '../store/library.ts';
import type { Word } from '../text/analyzer.ts';
import { type Asked, cachedNames } from './pairs.ts';

const aliased = perWord<boolean>();

/** A word of the query, and the documents whose titles have it as typed and under its other names. */
interface Way {
  readonly typed: ReadonlySet<number>;
  readonly names: readonly { readonly reading: Reading; readonly titles: ReadonlySet<number> }[];
}

/**
 * For each word, the other names under which it stands in a title. Whoever types 팩토리 메소드 means the note that is
 * called "Factory Method", even if others mention the words as typed.
 *
 * Nothing is read so where a title, or a document without one, has all words of the query as typed. Where an alias has
 * them, the other names are searched beside them. Of titles that have
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
  const { arrays, engine } = asked;
  const words = topical.map((i) => typed[i] as Word);
  const asTyped = words.flatMap(({ terms }) => terms);
  const joined = engine.analyzer.terms(words.map(({ text }) => text).join(''));
  const isTitled = [asTyped, joined].some((terms) => titlesWith(arrays, terms).length > 0);
  if (isTitled || isUntitled(arrays, asTyped)) return found;
  const titles = (terms: readonly string[]) => new Set(titlesWith(arrays, terms));
  const ways = words.map(({ terms }, at): Way => {
    const names = (named[at] ?? []).map((reading) => ({ reading, titles: titles(reading.terms) }));
    return { typed: titles(terms), names: names.filter(({ titles }) => titles.size > 0) };
  });
  if (ways.every(({ names }) => names.length === 0)) return found;
  const isBeside = isAlias(asked, asTyped);
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
    found[topical[at] as number] = names.map(({ reading }) =>
      isBeside ? beside(reading) : { ...reading, share: factor * reading.share, titled: true },
    );
  }
  return found;
}

/** Whether a document without a title has all of these terms, so that its title might have been as typed. */
function isUntitled({ terms, postings, untitled }: SearchArrays, wanted: readonly string[]): boolean {
  if (untitled.length === 0) return false;
  const ids = wanted.map((term) => terms.get(term) ?? -1);
  return commonDocuments(postings, ids).some((document) => positionOf(untitled, document) >= 0);
}

/** Most documents whose other names are compared with a query. */
const MOST_ALIASED = 200;

/** Whether another name that a document has itself ("Attention mechanism", in its properties) has all of these terms. */
function isAlias({ engine, arrays }: Asked, wanted: readonly string[]): boolean {
  return aliased(arrays, wanted.join(' '), () => {
    const ids = wanted.map((term) => arrays.terms.get(term) ?? -1);
    return commonDocuments(arrays.postings, ids, MOST_ALIASED).some((document) =>
      isAmong(engine, aliasesOf(engine.store, arrays.ids[document] as number), wanted),
    );
  });
}

/** Whether one of the aliases of a document has all of these terms. */
export function isAmong(
  { analyzer }: Engine,
  aliases: readonly string[],
  wanted: readonly string[],
): boolean {
  return aliases.some((alias) => {
    const terms = analyzer.terms(alias);
    return wanted.every((term) => terms.includes(term));
  });
}

/** Other names of a word. */
function namesOf({ engine, arrays, has }: Asked, word: Word): readonly Reading[] {
  return cachedNames(arrays, word.text, () => engine.thesaurus.names(word, has));
}

/** What all of these sets have. */
function inAll([first = new Set(), ...others]: readonly ReadonlySet<number>[]): number[] {
  return [...first].filter((one) => others.every((other) => other.has(one)));
}
