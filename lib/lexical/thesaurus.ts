import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../response.ts';
import type { Word } from '../text/analyzer.ts';
import { foldWord } from '../text/fold.ts';
import { isHangul, rejoined } from '../text/hangul.ts';
import { asLetters } from './letters.ts';
import { SOFT } from './soft.ts';

/**
 * What a word keeps when it is read as one of the same meaning, or as what it is a kind of or about; less in another
 * language, so that of two notes on the same the one in the language of the question comes first.
 */
const SIMILARITY = { own: { same: 0.8, about: 0.5 }, other: { same: 0.6, about: 0.4 } } as const;
/** And as one thing's other name, as a rule in the other script. */
const NAMED = 0.8;
/** The file that has those. */
const NAMES = 'transliterations.txt';

/** How a Korean noun goes on as a verb or an adjective: 몰두 → 몰두하지, 습관 → 습관적인. */
const GOES_ON = /^(?:[하해했한할함되된될됐돼적]|스[러런]|이[었던]|인$)/;

/** What stands between words. */
const [COMMA, ABOUT, LINE] = [...',>\n'].map((sign) => sign.charCodeAt(0));

type Analyze = (text: string) => readonly string[];

/**
 * Words near in meaning, one group a line:
 *
 *     insomnia, sleeplessness, 불면증 > sleep, 수면
 *
 * On the left of `>` words that may stand for each other; on the right what they are a kind of or about. Some groups are
 * names of one thing, in two scripts as a rule: 레디스 is redis, and no guess.
 */
export class Thesaurus {
  readonly #text: string;
  readonly #analyze: Analyze;
  /** Where words stand, by how they begin: of 83,000 it takes 30 ms, of their stems ten times that. */
  readonly #places = new Map<string, number[]>();

  /** Where the groups of names begin. */
  readonly #names: number;

  /** @param names groups of names */
  constructor(text: string, analyze: Analyze, names = '') {
    this.#names = text.length + 1;
    this.#text = `${text}\n${names}\n`;
    this.#analyze = analyze;
    let start = 0;
    for (let i = 0; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i);
      if (code !== COMMA && code !== ABOUT && code !== LINE) continue;
      const word = this.#text.slice(start, Math.min(i, start + 3)).trimEnd();
      if (word !== '') {
        const places = this.#places.get(beginningOf(word));
        if (places) places.push(start);
        else this.#places.set(beginningOf(word), [start]);
      }
      start = code === LINE ? i + 1 : i + 2;
    }
  }

  /** All files of a folder. */
  static read(folder: string, analyze: Analyze): Thesaurus {
    const read = (file: string) => readFileSync(join(folder, file), 'utf8').trim();
    const files = readdirSync(folder).toSorted();
    const meanings = files.filter((file) => file !== NAMES);
    return new Thesaurus(meanings.map(read).join('\n'), analyze, read(NAMES));
  }

  /**
   * The nearest in meaning that documents have, three at most; null where it does not have the word. Each has all of
   * its similarity, since a document needs but one of them.
   *
   * @param has whether a document has all of these terms
   * @param isBeside the word is found as well: only what it is about counts, not what else is about it
   */
  readings(
    word: Pick<Word, 'text' | 'terms'>,
    has: (terms: readonly string[]) => boolean,
    isBeside = false,
  ): Reading[] | null {
    const near = this.related(word, isBeside);
    return near && this.#kept(near, word, has, isBeside);
  }

  /** The same for two words that stand there as one, as they are: "seaweed soup" is 미역국. */
  phraseReadings(
    words: Pick<Word, 'text' | 'terms'>,
    has: (terms: readonly string[]) => boolean,
  ): Reading[] | null {
    const near = this.#near(foldWord(words.text), (other) => other, false);
    return near && this.#kept(near, words, has);
  }

  #kept(
    near: readonly Near[],
    word: Pick<Word, 'terms'>,
    has: (terms: readonly string[]) => boolean,
    isBeside = false,
  ): Reading[] {
    const kept: Reading[] = [];
    for (const { text, similarity, ...is } of near) {
      // One that documents have under another name is not looked for by what is like it.
      if (kept.length === SOFT.readings || (!isBeside && !is.named && kept[0]?.named)) break;
      const terms = [...new Set(this.#analyze(text))];
      // "kitchen knife" adds nothing to "knife".
      const isAdding = kept.every((other) => !isPart(other.terms, terms));
      if (isAdding && !isPart(terms, word.terms) && has(terms))
        kept.push({
          text,
          terms,
          similarity,
          share: similarity,
          ...is,
        });
    }
    return kept;
  }

  /**
   * Words near in meaning, nearest first: its other names; in the language of the word those of the same meaning, then what they are about,
   * then both in another. Null where it does not have the word as it is, nor one of its stem.
   */
  related({ text, terms }: Pick<Word, 'text' | 'terms'>, isBeside = false): Near[] | null {
    const stem = rejoined(terms);
    const attempts: [string, (other: string) => string][] = isHangul(stem)
      ? nounsOf(stem).map((noun) => [noun, (other) => this.#keyOf(other)])
      : [
          [foldWord(text), (other) => other],
          [stem, (other) => this.#keyOf(other)],
        ];
    for (const [word, keyOf] of attempts) {
      const near = this.#near(word, keyOf, isBeside);
      if (near) return near;
    }
    const letters = asLetters(stem);
    return letters === null ? null : [{ text: letters, similarity: NAMED, named: true }];
  }

  #near(word: string, keyOf: (other: string) => string, isBeside: boolean): Near[] | null {
    const groups = this.#groupsOf(word, keyOf);
    if (groups.length === 0) return null;
    const of = (side: 'same' | 'about', isSame: boolean) =>
      groups.flatMap((group) => (group.isSame === isSame ? group[side] : []));
    const isOther = (other: string) => isKorean(other) !== isKorean(word);
    const others = (words: readonly string[]) => words.filter((other) => keyOf(other) !== word);
    const named = groups.flatMap(({ isNames, same }) => (isNames ? others(same) : []));
    const same = others(of('same', true)).filter((other) => !named.includes(other));
    // What a group is about is read as the words of the group, too.
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

  #groupsOf(word: string, keyOf: (other: string) => string): Group[] {
    const lines = new Map<string, boolean>();
    for (const start of this.#places.get(beginningOf(word)) ?? []) {
      if (!this.#text.startsWith(word.slice(0, -1), start)) continue; // a stem ends in another letter, if any
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

  /** What the analyser makes of a word, in one piece; of two words it is not of interest. */
  #keyOf(text: string): string {
    return text.includes(' ') ? text : rejoined(this.#analyze(text));
  }
}

type Near = Pick<Reading, 'text' | 'similarity' | 'named' | 'related' | 'translates'>;

/** A line, and whether a word is on its left. */
interface Group {
  readonly same: readonly string[];
  readonly about: readonly string[];
  readonly isSame: boolean;
  /** Names of one thing. */
  readonly isNames: boolean;
}

/** The same for a word and its stem, which may end in another letter: toy, toi. */
function beginningOf(word: string): string {
  return isHangul(word.slice(0, 2)) ? word.slice(0, 2) : word.slice(0, 3).replace(/i$/, 'y');
}

function isPart(terms: readonly string[], of: readonly string[]): boolean {
  return terms.every((term) => of.includes(term));
}

function isKorean(text: string): boolean {
  return /\p{Script=Hangul}/u.test(text);
}

/** A Korean word, then the nouns it may be made from, longest first. */
function nounsOf(word: string): string[] {
  const nouns = [word];
  for (let length = word.length - 1; length >= 2; length--) {
    if (GOES_ON.test(word.slice(length))) nouns.push(word.slice(0, length));
  }
  return nouns;
}
