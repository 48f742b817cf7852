import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../response.ts';
import type { Word } from '../text/analyzer.ts';
import { foldWord } from '../text/fold.ts';
import { isHangul, rejoined } from '../text/hangul.ts';
import { Beginnings } from './beginnings.ts';
import { nounsOf } from './inflection.ts';
import { asLetters } from './letters.ts';
import { isKorean, type Near, SIMILARITY } from './near.ts';
import { formsOfPredicate, isPredicate, Predicates } from './predicates.ts';
import { type Candidate, SOFT } from './soft.ts';

/** Similarity of two names of one thing, usually in different scripts. */
const NAMED = 0.8;
/** The files with the groups of names, and with the Korean predicates. */
const NAMES = 'transliterations.txt';
const PREDICATES = 'predicates.txt';

/** A word as typed, with the analyser's terms. */
type Typed = Pick<Word, 'text' | 'terms'>;
type Analyze = (text: string) => readonly string[];

/**
 * Words near in meaning, one group per line:
 *
 *     insomnia, sleeplessness, 불면증 > sleep, 수면
 *
 * Left of `>` are words that may stand for each other; right of it, what they are a kind of or about. Some
 * groups are names of one thing, usually in two scripts: 레디스 is redis. Such a reading is no guess.
 */
export class Thesaurus {
  readonly #text: string;
  readonly #analyze: Analyze;
  readonly #words: Beginnings;

  /** First words of the names that have several. */
  readonly #beginnings = new Set<string>();

  /** Offset from which on the groups are names. */
  readonly #names: number;

  readonly #predicates: Predicates;

  /**
   * @param text groups of words near in meaning
   * @param names groups of names of one thing
   * @param predicates see `Predicates`
   */
  constructor(text: string, analyze: Analyze, names = '', predicates = '') {
    this.#predicates = new Predicates(predicates);
    this.#names = text.length + 1;
    this.#text = `${text}\n${names}\n`;
    this.#analyze = analyze;
    this.#words = new Beginnings(this.#text, (start, end) => {
      const space = start < this.#names ? -1 : this.#text.indexOf(' ', start);
      if (space > start && space < end) this.#beginnings.add(this.#text.slice(start, space));
    });
  }

  static read(folder: string, analyze: Analyze): Thesaurus {
    const read = (file: string) => readFileSync(join(folder, file), 'utf8').trim();
    const files = readdirSync(folder).toSorted();
    const meanings = files.filter((file) => file !== NAMES && file !== PREDICATES);
    return new Thesaurus(meanings.map(read).join('\n'), analyze, read(NAMES), read(PREDICATES));
  }

  /**
   * The words nearest in meaning that documents contain, at most `SOFT.readings`. The share of each is its full
   * similarity: they are alternatives, and a document needs only one of them.
   *
   * @param has      whether a document contains all of the given terms
   * @param isBeside the word itself is looked for too; then its broader words count, but not the narrower ones
   * @returns null when the thesaurus does not have the word; [] when no document has any of its readings
   */
  readings(word: Typed, has: (terms: readonly string[]) => boolean, isBeside = false): Reading[] | null {
    const near = this.related(word, isBeside);
    return near && this.#kept(near, word, has, isBeside);
  }

  /**
   * `readings` for two words that form one entry ("seaweed soup" → 미역국). Matched as typed; of Korean also without the
   * particles of the second word, then of both: 쉬는 날은, 집의 주인은.
   */
  phraseReadings(one: Typed, two: Typed, has: (terms: readonly string[]) => boolean): Reading[] | null {
    const [first, second] = [rejoined(one.terms), rejoined(two.terms)];
    const stems = isHangul(second) ? [`${one.text} ${second}`, `${first} ${second}`] : [];
    for (const text of new Set([`${one.text} ${two.text}`, ...stems])) {
      const near = this.#near(...asTyped({ text }), false);
      if (near) return this.#kept(near, { terms: [...one.terms, ...two.terms] }, has);
    }
    return null;
  }

  /** What means the same as a noun and a Korean predicate together: 문을 닫았나요 → 폐업. */
  idiomReadings(noun: Typed, predicate: Typed, has: (terms: readonly string[]) => boolean): Reading[] | null {
    const idioms = this.#predicates.idiomsOf(rejoined(noun.terms), foldWord(predicate.text));
    const near = this.#predicates.near(idioms);
    return near && this.#kept(near, { terms: [...noun.terms, ...predicate.terms] }, has);
  }

  /** Other forms, which documents contain, of the Korean predicates that a word may be a form of: 비워야 → 비우, 비웠. */
  forms(word: Typed, has: (terms: readonly string[]) => boolean): Candidate[] {
    // 사고 is an accident before it is a form of 사다.
    const isNoun = word.text.length === 2 && this.hasHangul(word.terms);
    return isNoun
      ? []
      : this.#predicates
          .forms(foldWord(word.text))
          .filter(({ terms }) => !isPart(terms, word.terms) && has(terms));
  }

  /** Whether two words are one entry: square root. As typed, like `phraseReadings`. */
  hasPhrase(text: string): boolean {
    return this.#groupsOf(...asTyped({ text })).length > 0;
  }

  /** The nearest that documents contain, without those that add no term. */
  #kept(
    near: readonly Near[],
    word: Pick<Word, 'terms'>,
    has: (terms: readonly string[]) => boolean,
    isBeside = false,
  ): Reading[] {
    const kept: Reading[] = [];
    for (const { text, similarity, ...is } of near.flatMap((one) => this.#inForms(one, has))) {
      // Once documents have it under another name, words merely near in meaning are not used.
      if (kept.length === SOFT.readings || (!isBeside && !is.named && kept[0]?.named)) break;
      const terms = [...new Set(this.#analyze(text))];
      // "kitchen knife" adds nothing once there is "knife".
      const isAdding = kept.every((other) => !isPart(other.terms, terms));
      if (isAdding && !isPart(terms, word.terms) && has(terms))
        kept.push({ text, terms, similarity, share: similarity, ...is });
    }
    return kept;
  }

  /** A Korean predicate in the first of its forms that documents have. */
  #inForms(near: Near, has: (terms: readonly string[]) => boolean): readonly Near[] {
    if (!isPredicate(near.text) || near.text.includes(' ')) return [near];
    const form = formsOfPredicate(near.text).find(({ terms }) => has(terms));
    return form ? [{ ...near, text: form.text }] : [];
  }

  /**
   * Words near in meaning, nearest first: other names of it; then, in the language of the word, those of the same
   * meaning and what they are about; then both in another language. The word is looked up as typed, then by its
   * stem. A word that spells out Latin letters (see `asLetters`) is read as those.
   *
   * @param isBeside as in `readings`
   * @returns null when there is no entry for the word or its stem
   */
  related(word: Typed, isBeside = false): Near[] | null {
    for (const [one, keyOf] of this.#attempts(word)) {
      const near = this.#near(one, keyOf, isBeside);
      if (near) return near;
    }
    const letters = lettersOf(word);
    return letters ? [letters] : this.#predicates.near(this.#predicates.of(foldWord(word.text)));
  }

  /**
   * The readings that are other names of a word and that documents contain; of a phrase with spaces, which is looked up
   * as typed. Other groups are skipped, as most words have no other name.
   */
  names(word: Typed, has: (terms: readonly string[]) => boolean): Reading[] {
    const attempts = word.text.includes(' ') ? [asTyped(word)] : this.#attempts(word);
    for (const [i, [one, keyOf]] of attempts.entries()) {
      const near = this.#near(one, keyOf, false, this.#names);
      if (near) return this.#kept(near, word, has).filter(({ named }) => named);
      // What means something as typed is not looked up by its stem: page is no paging.
      if (i < attempts.length - 1 && this.#groupsOf(one, keyOf).length > 0) return [];
    }
    const letters = lettersOf(word);
    return letters ? this.#kept([letters], word, has) : [];
  }

  /** Whether a name of several words begins with this one. */
  beginsName(word: string): boolean {
    return this.#beginnings.has(foldWord(word));
  }

  /** What a word is looked up as. */
  #attempts({ text, terms }: Typed): Attempt[] {
    const stem = rejoined(terms);
    const keyOf = (other: string) => this.#keyOf(other);
    if (isHangul(stem)) return nounsOf(stem).map((noun) => [noun, keyOf]);
    return [asTyped({ text }), [stem, keyOf]];
  }

  /** Whether there is an entry for a Hangul word, as its stem. */
  hasHangul(terms: readonly string[]): boolean {
    return this.#groupsOf(rejoined(terms), (other) => this.#keyOf(other)).length > 0;
  }

  /** @param from offset of the first group that counts */
  #near(word: string, keyOf: (other: string) => string, isBeside: boolean, from = 0): Near[] | null {
    const groups = this.#groupsOf(word, keyOf, from);
    if (groups.length === 0) return null;
    const of = (side: 'same' | 'about', isSame: boolean) =>
      groups.flatMap((group) => (group.isSame === isSame ? group[side] : []));
    const isOther = (other: string) => isKorean(other) !== isKorean(word);
    const others = (words: readonly string[]) => words.filter((other) => keyOf(other) !== word);
    const named = groups.flatMap(({ isNames, same }) => (isNames ? others(same) : []));
    const same = others(of('same', true)).filter((other) => !named.includes(other));
    // A word right of `>` is also read as the narrower words left of it.
    const about = [...of('about', true), ...(isBeside ? [] : of('same', false))];
    const meant = (['own', 'other'] as const).flatMap((language) => {
      const isForeign = language === 'other';
      const among = (words: readonly string[], similarity: number, translates: boolean): Near[] =>
        words
          .filter((other) => isOther(other) === isForeign)
          .map((text) => ({ text, similarity, related: true, ...(translates && { translates }) }));
      const { same: alike, about: less } = SIMILARITY[language];
      return [...among(same, alike, isForeign), ...among(about, less, false)];
    });
    return [...named.map((text) => ({ text, similarity: NAMED, named: true as const })), ...meant];
  }

  #groupsOf(word: string, keyOf: (other: string) => string, from = 0): Group[] {
    const lines = new Map<string, boolean>();
    for (const start of this.#words.startsOf(word)) {
      if (start < from) continue;
      if (!this.#text.startsWith(word.slice(0, -1), start)) continue; // a stem differs from its word in the last letter at most
      const end = this.#text.indexOf('\n', start);
      const [other = ''] = this.#text.slice(start, end).split(/[,>]/);
      if (keyOf(other.trim()) !== word) continue;
      lines.set(this.#text.slice(this.#text.lastIndexOf('\n', start) + 1, end), start >= this.#names);
    }
    return Array.from(lines, ([line, isNames]) => {
      const [same = [], about = []] = line
        .split('>')
        .map((side) => side.split(',').map((other) => other.trim()));
      return { same, about, isNames, isSame: same.some((other) => keyOf(other) === word) };
    });
  }

  /** The stem of a word, Hangul pairs rejoined; an entry of several words stays as it is. */
  #keyOf(text: string): string {
    return text.includes(' ') ? text : rejoined(this.#analyze(text));
  }
}

/** A word to look up, and what entries are compared with it as. */
type Attempt = readonly [word: string, keyOf: (other: string) => string];

/** One line of the thesaurus, as seen from a word that is looked up in it. */
interface Group {
  /** Left of `>`. */
  readonly same: readonly string[];
  /** Right of `>`. */
  readonly about: readonly string[];
  /** Whether the word is on the left. */
  readonly isSame: boolean;
  /** Whether the group is names of one thing. */
  readonly isNames: boolean;
}

function asTyped({ text }: Pick<Word, 'text'>): Attempt {
  return [foldWord(text), (other) => other];
}

/** The Latin letters that a word spells out. */
function lettersOf({ terms }: Pick<Word, 'terms'>): Near | null {
  const text = asLetters(rejoined(terms));
  return text === null ? null : { text, similarity: NAMED, named: true };
}

/** Whether all of `terms` are among `of`. */
function isPart(terms: readonly string[], of: readonly string[]): boolean {
  return terms.every((term) => of.includes(term));
}
