import type { Reading } from '../response.ts';
import type { Word } from '../text/analyzer.ts';
import { isHangul, isHangulSyllable, isOneLetter } from '../text/hangul.ts';
import { editDistance } from './edit-distance.ts';
import { asHangul, asLatin } from './keyboard.ts';
import { isEnglish } from './lexicon.ts';
import { documentFrequency, documentsWith, type Postings } from './postings.ts';
import { asRomanized, readRomanized } from './romanization.ts';
import { longForms, longSlips, otherVowels, readHangul } from './soft-hangul.ts';
import { splitDigits, splits } from './spacing.ts';
import { otherSpellings, withoutASlip } from './spelling.ts';
import type { Terms } from './terms.ts';
import type { Thesaurus } from './thesaurus.ts';

/** The terms of an index, prepared for fuzzy matching of unknown words. */
export interface Vocabulary {
  /** The analyser's terms of a text. */
  analyze(text: string): readonly string[];
  /** Number of documents that contain all of these terms. */
  documents(terms: readonly string[]): number;
  /** Whether any document contains all of these terms; faster than `documents`. */
  has(terms: readonly string[]): boolean;
  /**
   * Whether a document that has all pairs of a Hangul word has a word that begins with it. Looks at some of these
   * documents only: where a word is written, most of those with its pairs have it.
   */
  isWritten(pairs: readonly string[]): boolean;
  /** Terms of at least three letters a … z and nothing else. */
  readonly latin: LatinTerms;
  /** Terms of two Hangul syllables. */
  readonly pairs: readonly string[];
}

interface LatinTerms {
  readonly ids: Int32Array;
  /** Bit c is set when the term contains letter c. Two terms one edit apart differ in at most two bits, a cheap filter. */
  readonly masks: Int32Array;
  text(id: number): string;
}

/** A word as typed, with the analyser's terms. */
type Typed = Pick<Word, 'text' | 'terms'>;

/** A reading without its share, which depends on the other readings. */
export type Candidate = Omit<Reading, 'share'>;

export const SOFT = {
  /** Latin words shorter than this are an edit away from too many others. */
  shortest: 4,
  /** From this length on, two edits are allowed. */
  twoEdits: 8,
  /** An indexed term may be a prefix of the typed word if it has this many letters and this share of its length. */
  stem: { shortest: 5, share: 0.6 },
  /**
   * The last word typed may be a prefix of an indexed term if it has `shortest` letters and this share of its length.
   * How many letters are missing is unknown, so all completions are equally similar: as if `untold` were missing.
   */
  prefix: { shortest: 3, share: 0.4, untold: 2 },
  /**
   * Factor on both similarities when the typed word is English. A reading's share is the square root, so the word
   * keeps at least half of its weight: committee is not commit, and mode may be complete as it is.
   */
  word: 0.25,
  /** The same word in British or American spelling. */
  spelling: { similarity: 0.9 },
  /** Typed with the keyboard set to the other language. */
  keyboard: { shortest: 4, similarity: 0.8 },
  /** Two words of the query that documents write as one. */
  joined: { similarity: 0.8 },
  /** Most readings of one word. */
  readings: 3,
  /**
   * Most distinct words of a query that are matched fuzzily, since each is compared with the whole vocabulary. The
   * same limit applies to known words that are additionally read by their meaning.
   */
  words: 8,
  /**
   * A word in at most this many documents (and in at most a tenth of them) is additionally looked for by its meaning,
   * with this factor on the share that a reading by meaning would have alone.
   */
  beside: { documents: 4, share: 0.6 },
  /** Factors on the share of a name in a title that has all words of the query, and in any; most words of such a query. */
  titled: { whole: 0.7, part: 0.6, words: 5 },
} as const;

/** The vocabulary of an index. Takes time linear in the letters of its terms; build it once per state of the index. */
export function softVocabulary(library: {
  readonly terms: Terms;
  readonly postings: Postings;
}): Omit<Vocabulary, 'analyze' | 'isWritten'> {
  const { terms, postings } = library;
  const isKnown = (id: number) => documentFrequency(postings, id) > 0;
  const masks = terms.latinMasks(3);
  const ids = Int32Array.from(masks.keys()).filter((id) => masks[id] !== 0 && isKnown(id));
  return {
    documents: (wanted) => documentsWith(library, wanted),
    has: (wanted) => documentsWith(library, wanted, 1) > 0,
    latin: { ids, masks: ids.map((id) => masks[id]!), text: (id) => terms.text(id) },
    pairs: terms
      .ofTwo(isHangulSyllable)
      .filter(isKnown)
      .map((id) => terms.text(id)),
  };
}

/**
 * What an unknown word (one with a term that no document contains) may have been meant to be. The first
 * of these that yields anything wins: British or American spelling; a typo in a
 * long Hangul word; words near in meaning, if the thesaurus has the word; the other keyboard layout; romanized
 * Korean; then fuzzy matching: one or two edits (unless it is an English word; by jamo in Hangul), an unfinished word,
 * a missing space, initial consonants only; an abbreviation; a word of the thesaurus with ㅐ for ㅔ.
 *
 * Only the most similar candidates are kept, and of Hangul words only those that are written somewhere: 된다 and 다른
 * make no 된다른. As in a noisy-channel model (Kernighan, Church & Gale 1990), each is weighted by how many documents
 * contain it:
 *
 *     share(r) = √similarity(r) · documents(r) / Σ documents of the equally similar readings
 *
 * The square root, because a typo in five letters makes the word hardly less certain than one in ten.
 * Readings by meaning have their shares from the thesaurus instead.
 *
 * @param word   the word with the analyser's terms, at least one of them unknown
 * @param isLast whether it is the last word of the query, which may still be being typed
 * @returns at most `SOFT.readings`: by meaning, nearest first; others, most documents first
 */
export function softReadings(
  word: Typed,
  vocabulary: Vocabulary,
  isLast: boolean,
  thesaurus: Thesaurus,
): Reading[] {
  const [term = ''] = word.terms;
  const isLatin = word.terms.length === 1 && /^[a-z]+$/.test(term) && !/\d/.test(word.text); // the term of 3월 is "march"
  const typed = word.text.toLowerCase();
  const spelled = isLatin ? known(otherSpellings(typed), SOFT.spelling.similarity, vocabulary) : [];
  if (spelled.length > 0) return shared(spelled, vocabulary);
  const slipped = longSlips(word.terms, vocabulary);
  if (slipped.length > 0) return shared(slipped, vocabulary);
  const forms = inflected(word, vocabulary, thesaurus);
  if (forms.length > 0) return forms;
  const meant = thesaurus.readings(word, vocabulary.has);
  if (meant && meant.length > 0) return meant;
  // A word that the thesaurus has was typed as meant, even if no document contains any of its readings.
  const elsewhere = meant ? [] : otherKeyboard(word.text, vocabulary);
  if (elsewhere.length > 0) return shared(elsewhere, vocabulary);
  const isWord = meant !== null || isEnglish(typed);
  if (isLatin) {
    const spelt = isWord ? [] : shared(readRomanized(typed, vocabulary), vocabulary);
    return spelt.length > 0 ? spelt : shared(readLatin(typed, term, vocabulary, isLast, isWord), vocabulary);
  }
  if (/\d/.test(term)) return shared(splitDigits(typed, vocabulary), vocabulary);
  if (meant) return [];
  for (const read of [asRomanized, readHangul, longForms]) {
    const found = shared(read(word.terms, vocabulary), vocabulary);
    if (found.length > 0) return found;
  }
  const spelt = otherVowels(word.terms).flatMap((one) => thesaurus.readings(one, vocabulary.has) ?? []);
  return spelt.slice(0, SOFT.readings);
}

/**
 * Other forms, which documents have, of the Korean predicate that a word may be a form of. Where few documents have them,
 * what means the same is beside them.
 */
export function inflected(word: Typed, vocabulary: Vocabulary, thesaurus: Thesaurus): Reading[] {
  const forms = shared(thesaurus.forms(word, vocabulary.has), vocabulary);
  const documents = forms.reduce((sum, { terms }) => sum + vocabulary.documents(terms), 0);
  if (documents === 0 || documents > SOFT.beside.documents) return forms;
  return [...forms, ...(thesaurus.readings(word, vocabulary.has, true) ?? []).map(beside)];
}

/** A reading that is searched in addition to a word. */
export function beside(reading: Reading): Reading {
  return { ...reading, share: SOFT.beside.share * reading.share, beside: true };
}

/** The most similar candidates, at most `SOFT.readings`, each with its share; see `softReadings`. */
function shared(candidates: readonly Candidate[], vocabulary: Vocabulary): Reading[] {
  const counted = candidates.map((candidate) => ({
    candidate,
    documents: vocabulary.documents(candidate.terms),
  }));
  counted.sort(
    ({ candidate: a, documents: n }, { candidate: b, documents: m }) =>
      b.similarity - a.similarity || m - n || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  );
  const kept: typeof counted = [];
  for (const one of counted) {
    const { candidate } = one;
    const [nearest] = kept;
    if (kept.length === SOFT.readings || candidate.similarity < (nearest?.candidate.similarity ?? 0)) break;
    if (isOnePair(candidate) || vocabulary.isWritten(candidate.terms)) kept.push(one);
  }
  const all = kept.reduce((sum, { documents }) => sum + documents, 0);
  return kept.map(({ candidate, documents }) => ({
    ...candidate,
    share: (Math.sqrt(candidate.similarity) * documents) / all,
  }));
}

/** Whether a candidate needs no look at documents: it is no Hangul word, or a single pair, which is a term as it is. */
function isOnePair({ text, terms }: Candidate): boolean {
  return terms.length < 2 || !isHangul(text);
}

function readLatin(
  typed: string,
  term: string,
  vocabulary: Vocabulary,
  isLast: boolean,
  isWord: boolean,
): Candidate[] {
  const { ids, masks, text } = vocabulary.latin;
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate) => {
    if (candidate.similarity > (found.get(candidate.text)?.similarity ?? 0))
      found.set(candidate.text, candidate);
  };
  // An English word is no typo: "winter" is not "winner", even when no document mentions winter.
  const edits = isWord || term.length < SOFT.shortest ? 0 : term.length < SOFT.twoEdits ? 1 : 2;
  const mask = maskOf(term);
  const typedMask = maskOf(typed);
  for (let i = 0; i < ids.length; i++) {
    const other = masks[i]!;
    const canBeNear = bits(mask ^ other) <= 2 * edits;
    const canBegin = (other & ~typedMask) === 0 || (typedMask & ~other) === 0;
    if (!canBeNear && !canBegin) continue;
    const candidate = text(ids[i]!);
    const similarity = Math.max(
      canBeNear ? nearness(term, candidate, edits) : 0,
      canBegin ? beginning(typed, candidate, isLast) * (isWord ? SOFT.word : 1) : 0,
    );
    add({ text: candidate, terms: [candidate], similarity });
  }
  if (edits > 0) known(withoutASlip(typed), 1 - 2 / typed.length, vocabulary).forEach(add);
  splits(typed, isWord, vocabulary).forEach(add);
  return [...found.values()];
}

/** Candidates for those of the given words that are a single term which some document contains. */
function known(others: readonly string[], similarity: number, vocabulary: Vocabulary): Candidate[] {
  return others.flatMap((other) => {
    const terms = vocabulary.analyze(other);
    const [text = ''] = terms;
    return terms.length === 1 && vocabulary.has(terms) ? [{ text, terms, similarity }] : [];
  });
}

/** 1 − 2 · edits / length of the longer word, at least 0; 0 when there are too many edits or the first letters differ. */
function nearness(term: string, candidate: string, edits: number): number {
  const longer = Math.max(term.length, candidate.length);
  if (longer - Math.min(term.length, candidate.length) > edits) return 0;
  if (term[0] !== candidate[0]) return 0;
  const distance = editDistance(term, candidate, edits);
  return distance > edits ? 0 : Math.max(0, 1 - (2 * distance) / longer);
}

/** Similarity of the typed word to an indexed term of which one is a prefix of the other; 0 otherwise, or beyond the limits in `SOFT`. */
function beginning(typed: string, candidate: string, isLast: boolean): number {
  const share = Math.min(typed.length, candidate.length) / Math.max(typed.length, candidate.length);
  if (candidate.length < typed.length) {
    const { shortest, share: least } = SOFT.stem;
    return candidate.length >= shortest && share >= least && typed.startsWith(candidate) ? share : 0;
  }
  const { shortest, share: least, untold } = SOFT.prefix;
  const begins = isLast && typed.length >= shortest && share >= least && candidate.startsWith(typed);
  return begins && share < 1 ? typed.length / (typed.length + untold) : 0;
}

/** The word as typed with the other keyboard layout (wjstp → 전세, 낼슴ㅌ → softmax), if some document contains that. */
function otherKeyboard(typed: string, vocabulary: Vocabulary): Candidate[] {
  const { shortest, similarity } = SOFT.keyboard;
  const isLatin = /^[a-z]+$/i.test(typed);
  const text = isLatin ? asHangul(typed) : asLatin(typed)?.toLowerCase();
  const latin = isLatin ? typed : text;
  if (!text || !latin || latin.length < shortest || (isLatin && isEnglish(typed.toLowerCase()))) return [];
  if (isOneLetter(typed)) return []; // ㅋㅋㅋㅋ is laughter, not zzzz
  const terms = vocabulary.analyze(text);
  return terms.length > 0 && vocabulary.has(terms) ? [{ text, terms, similarity }] : [];
}

/** Set of the letters of a word, as in `LatinTerms.masks`. */
function maskOf(word: string): number {
  let mask = 0;
  for (let i = 0; i < word.length; i++) mask |= 1 << (word.charCodeAt(i) - 97);
  return mask;
}

/** Number of bits that are set. */
function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
