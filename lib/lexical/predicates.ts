import { isHangul, jamoOf, LONGEST_WORD, pairs } from '../text/hangul.ts';
import {
  FINAL,
  finalOf,
  INFLECTED_SIMILARITY,
  predicateForms,
  uncontracted,
  withFinal,
} from './inflection.ts';
import { isKorean, type Near, SIMILARITY } from './near.ts';
import type { Candidate } from './soft.ts';

/**
 * First syllables of what may follow a stem: endings (고치고, 갚을지), or 아 and 어. A cut counts only where the thesaurus
 * has the predicate, so endings need not be told more closely.
 */
const AFTER_STEM =
  '다고거게겠기나냐네느는니던더도든듯자잖죠지질진구군습며면므러려라시신실심십셨세으은을음아어았었여였';
/** What may follow 아 or 어: endings (고쳐서), then helping verbs (고쳐줄, 많아진). */
const AFTER_INFINITIVE = '서도야요라준주줄줌줘줬지진질짐져졌내낸낼냈버보본볼봐봤두둔둘둬뒀놓놔드대댄댈댔';
/** What may follow a syllable of the past (고쳤, 갚았). */
const AFTER_PAST = '다던더고거기나냐네는니든습어으은을음자잖지죠';
/** What may follow a stem that has got a final consonant, by its index: 태어난, 오를, 도움, 압니다. */
const AFTER_FINAL: Readonly<Record<number, string>> = {
  4: '다가데지거걸건게',
  8: '까지수게때거것걸건뿐만정줄',
  16: '을이은에도의과으',
  17: '니시',
};
/** Helping verbs without an ending: 재주 is no form of 재다. */
const UNFINISHED: ReadonlySet<string> = new Set('주버보두놓드대');
/** All syllables of endings. */
const IN_ENDINGS: ReadonlySet<string> = new Set(
  [
    AFTER_STEM,
    AFTER_INFINITIVE,
    AFTER_PAST,
    ...Object.values(AFTER_FINAL),
    '까데만셨록마하한할합해했됐된될됩되',
  ].join(''),
);
/** What a final ㄹ is left out before: 아는, 만드니. */
const BEFORE_N_OR_S = '는니네나냐세시';
/** What the final ㄷ of 듣다 and the ㅅ of 짓다 change before: 들어, 지은. */
const BEFORE_VOWEL = '아어았었으은을음';

/**
 * Korean predicates and what is written instead of them, one sense per line, predicates first:
 *
 *     고치다, 수리, 보수, 정비, repair
 *     문 닫다, 폐업, 휴업
 */
export class Predicates {
  /** The lines that a predicate is in. */
  readonly #lines = new Map<string, string[]>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      for (const predicate of line.split(', ')) {
        if (!isPredicate(predicate)) break;
        const lines = this.#lines.get(predicate);
        if (lines) lines.push(line);
        else this.#lines.set(predicate, [line]);
      }
    }
  }

  /** The predicates that a Hangul word may be a form of. */
  of(word: string): string[] {
    return dictionaryForms(word).filter((form) => this.#lines.has(form));
  }

  /** The forms of those predicates, as the analyser leaves them. */
  forms(word: string): Candidate[] {
    return this.of(word)
      .flatMap(formsOfPredicate)
      .map((form) => ({ ...form, similarity: INFLECTED_SIMILARITY }));
  }

  /** The idioms that a noun and a form of a predicate may be: 문, 닫았나요 → 문 닫다. */
  idiomsOf(noun: string, word: string): string[] {
    return dictionaryForms(word)
      .map((form) => `${noun} ${form}`)
      .filter((idiom) => this.#lines.has(idiom));
  }

  /** What may stand for some predicates, nearest first; null for none. */
  near(predicates: readonly string[]): Near[] | null {
    if (predicates.length === 0) return null;
    const lines = predicates.flatMap((predicate) => this.#lines.get(predicate) ?? []);
    const near = new Set(lines.flatMap((line) => line.split(', ')));
    return [...near]
      .filter((other) => !predicates.includes(other))
      .map((text) =>
        isKorean(text)
          ? { text, similarity: SIMILARITY.own.same, related: true }
          : { text, similarity: SIMILARITY.other.same, related: true, translates: true },
      );
  }
}

/** The forms of a predicate in its dictionary form, with their terms. */
export function formsOfPredicate(predicate: string): Omit<Candidate, 'similarity'>[] {
  return predicateForms(predicate.slice(0, -1)).map((text) => ({ text, terms: pairs(text) }));
}

/** Whether an entry of the list is a predicate in its dictionary form. */
export function isPredicate(entry: string): boolean {
  return entry.endsWith('다') && entry.length > 1;
}

/** ㅏ, ㅐ, ㅓ, ㅔ and ㅕ in `jamoOf`, which swallow a following 아 or 어: 가, 보내, 서, 세, 켜. */
const SWALLOWING: readonly number[] = [0, 1, 4, 5, 6];

/**
 * The forms in which a dictionary may have the predicate that a Hangul word is a form of; most of them do not exist.
 *
 * @param word as typed, with its ending
 * @example dictionaryForms('고쳐야') // includes '고치다'
 */
export function dictionaryForms(word: string): string[] {
  if (word.length < 2 || word.length > LONGEST_WORD || !isHangul(word)) return [];
  const stems = Array.from(word, (_, i) => stemsOf(word.slice(0, i + 1), word.slice(i + 1))).flat();
  return [...new Set(stems)].map((stem) => `${stem}다`);
}

/** The stems of which `head` may be the beginning of a form, with `ending` behind it. */
function stemsOf(head: string, ending: string): string[] {
  if (UNFINISHED.has(ending) || [...ending].some((syllable) => !IN_ENDINGS.has(syllable))) return [];
  const [next = ''] = ending;
  const mayBeLast = (firsts: string) => firsts.includes(next);
  const isBefore = (firsts: string) => next !== '' && firsts.includes(next);
  const final = finalOf(head);
  const open = withFinal(head, FINAL.none);
  const stems = isBefore(AFTER_STEM) ? [head] : [];
  if (final === FINAL.ㅆ ? isBefore(AFTER_PAST) : final === FINAL.none && mayBeLast(AFTER_INFINITIVE)) {
    stems.push(...uncontracted(open));
    if (open.endsWith('해')) stems.push(`${open.slice(0, -1)}하`);
    if (SWALLOWING.includes(vowelOf(open))) stems.push(open);
  }
  if (final in AFTER_FINAL && mayBeLast(AFTER_FINAL[final] as string)) {
    stems.push(open, withFinal(head, FINAL.ㅎ), withFinal(head, FINAL.ㄹ));
  }
  if (final === FINAL.none && isBefore(BEFORE_N_OR_S)) stems.push(withFinal(head, FINAL.ㄹ));
  if (final === FINAL.none && isBefore(BEFORE_VOWEL)) stems.push(withFinal(head, FINAL.ㅅ));
  if (final === FINAL.ㄹ && isBefore(BEFORE_VOWEL)) stems.push(withFinal(head, FINAL.ㄷ));
  const before = head.slice(0, -1);
  if (before !== '' && finalOf(before) === FINAL.none && /[우운울움워웠와왔]$/.test(head))
    stems.push(withFinal(before, FINAL.ㅂ));
  if (before !== '' && finalOf(before) === FINAL.ㄹ && /[라러랐렀]$/.test(head))
    stems.push(`${withFinal(before, FINAL.none)}르`);
  return stems;
}

function vowelOf(word: string): number {
  return jamoOf(word.charCodeAt(word.length - 1))[1] as number;
}
