import type { Reading } from '../response.ts';
import { isHangulSyllable, isOneLetter } from '../text/hangul.ts';
import { editDistance } from './edit-distance.ts';
import { asHangul, asLatin } from './keyboard.ts';
import { isEnglish } from './lexicon.ts';
import { documentFrequency, documentsWith, type Postings } from './postings.ts';
import { longSlips, readHangul, spacedOut } from './soft-hangul.ts';
import { otherSpellings, withoutASlip } from './spelling.ts';
import type { Terms } from './terms.ts';
import type { Thesaurus } from './thesaurus.ts';

/** Terms of an index, to be read softly. */
export interface Vocabulary {
  /** Terms of a text. */
  analyze(text: string): readonly string[];
  /** Documents that have all of these terms, 0 when none does. */
  documents(terms: readonly string[]): number;
  /** Whether a document has all of these terms: quicker than to count them. */
  has(terms: readonly string[]): boolean;
  /** Terms of at least three Latin letters. */
  readonly latin: LatinTerms;
  /** Pairs of Hangul syllables. */
  readonly pairs: readonly string[];
}

interface LatinTerms {
  readonly ids: Int32Array;
  /** Bit c set when the term has letter c: two terms one edit apart differ in at most two bits. */
  readonly masks: Int32Array;
  text(id: number): string;
}

/** A reading before it is known what others there are. */
export type Candidate = Omit<Reading, 'share'>;

export const SOFT = {
  /** Shorter Latin words are neighbours of too many others. */
  shortest: 4,
  /** From this length on two edits are allowed. */
  twoEdits: 8,
  /** A stem of at least so many letters may be the beginning of what was typed, and have this share of it. */
  stem: { shortest: 5, share: 0.6 },
  /**
   * A word that is still being typed has this share at least of what it begins. All that it may become are as near: as
   * if so many letters were to come.
   */
  prefix: { shortest: 3, share: 0.4, untold: 2 },
  /** Of both where an English word was typed, which keeps half of its share: committee is not commit, and mode may be all of it. */
  word: 0.25,
  /** The same word as Britain writes it, or America. */
  spelling: { similarity: 0.9 },
  /** Both words of one that was typed without its space. */
  split: { shortest: 3, similarity: 0.8 },
  /** Typed on the keys of the other language. */
  keyboard: { shortest: 4, similarity: 0.8 },
  /** Two words that documents write as one. */
  joined: { similarity: 0.8 },
  /** Readings of one word at most. */
  readings: 3,
  /** Different words of a query that are read softly at most, since each is compared with the whole vocabulary; as many are read by meaning beside themselves. */
  words: 8,
  /** A word that so few documents have (a tenth of them at most) is looked for by its meaning too, at this share of what that has alone. */
  beside: { documents: 4, share: 0.6 },
} as const;

/** The vocabulary of an index: O(letters of its terms), to be made once per state of the index. */
export function softVocabulary(library: {
  readonly terms: Terms;
  readonly postings: Postings;
}): Omit<Vocabulary, 'analyze'> {
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
 * Soft readings of a word some of whose terms no document has: one or two edits away (letters
 * inserted, left out, replaced or exchanged, where it is no English word; Hangul by jamo), begun but not finished, written
 * without a space, or of initial consonants only. The nearest count, each by how many documents
 * have it, as in a noisy channel (Kernighan, Church & Gale 1990):
 *
 *     share(r) = √similarity(r) · documents(r) / Σ documents of the readings as near
 *
 * The root: one slip of five letters is hardly less what was meant than one of ten.
 *
 * A word that a thesaurus has is read as those near it in meaning that documents have.
 *
 * @param word its terms as the analyser makes them, at least one of them unknown
 * @param isLast the word may still be being typed
 */
export function softReadings(
  word: { readonly text: string; readonly terms: readonly string[] },
  vocabulary: Vocabulary,
  isLast: boolean,
  thesaurus: Thesaurus,
): Reading[] {
  const [term = ''] = word.terms;
  const isLatin = word.terms.length === 1 && /^[a-z]+$/.test(term) && !/\d/.test(word.text); // 3월 is march
  const typed = word.text.toLowerCase();
  // colour is color, where documents are American.
  const spelled = isLatin ? known(otherSpellings(typed), SOFT.spelling.similarity, vocabulary) : [];
  if (spelled.length > 0) return shared(spelled, vocabulary);
  const spaced = spacedOut(word.terms, vocabulary);
  if (spaced.length > 0) return shared(spaced, vocabulary);
  const slipped = longSlips(word.terms, vocabulary);
  if (slipped.length > 0) return shared(slipped, vocabulary);
  const meant = thesaurus.readings(word, vocabulary.has);
  if (meant && meant.length > 0) return meant;
  // What has a meaning is no slip.
  const elsewhere = meant ? [] : otherKeyboard(word.text, vocabulary);
  if (elsewhere.length > 0) return shared(elsewhere, vocabulary);
  if (isLatin) return shared(readLatin(typed, term, vocabulary, isLast), vocabulary);
  if (/\d/.test(term)) return shared(apart(typed, vocabulary), vocabulary);
  return meant ? [] : shared(readHangul(word.terms, vocabulary), vocabulary);
}

/** The nearest of some readings, each with its share. */
function shared(candidates: readonly Candidate[], vocabulary: Vocabulary): Reading[] {
  const nearest = Math.max(0, ...candidates.map(({ similarity }) => similarity));
  const documents = ({ terms }: Candidate) => vocabulary.documents(terms);
  const kept = candidates
    .filter(({ similarity }) => similarity === nearest)
    .sort((a, b) => documents(b) - documents(a) || (a.text < b.text ? -1 : 1))
    .slice(0, SOFT.readings);
  const all = kept.reduce((sum, candidate) => sum + documents(candidate), 0);
  return kept.map((candidate) => ({
    ...candidate,
    share: (Math.sqrt(candidate.similarity) * documents(candidate)) / all,
  }));
}

function readLatin(typed: string, term: string, vocabulary: Vocabulary, isLast: boolean): Candidate[] {
  const { ids, masks, text } = vocabulary.latin;
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate) => {
    if (candidate.similarity > (found.get(candidate.text)?.similarity ?? 0))
      found.set(candidate.text, candidate);
  };
  const isWord = isEnglish(typed);
  // A word that English has is no slip: "winter" is not "winner", whether notes have a winter or not.
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

/** Those of some words that documents have. */
function known(others: readonly string[], similarity: number, vocabulary: Vocabulary): Candidate[] {
  return others.flatMap((other) => {
    const terms = vocabulary.analyze(other);
    const [text = ''] = terms;
    return terms.length === 1 && vocabulary.has(terms) ? [{ text, terms, similarity }] : [];
  });
}

/** 1 − 2 · edits / length of the longer; 0 where there are too many edits, or the first letter is another. */
function nearness(term: string, candidate: string, edits: number): number {
  const longer = Math.max(term.length, candidate.length);
  if (longer - Math.min(term.length, candidate.length) > edits) return 0;
  if (term[0] !== candidate[0]) return 0;
  const distance = editDistance(term, candidate, edits);
  return distance > edits ? 0 : Math.max(0, 1 - (2 * distance) / longer);
}

/** How near a word is to its own beginning, or to a longer one that it may become; 0 when it is neither, or says too little. */
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

/** wjstp is 전세 to who forgot to change the keyboard, and 낼슴ㅌ softmax. */
function otherKeyboard(typed: string, vocabulary: Vocabulary): Candidate[] {
  const { shortest, similarity } = SOFT.keyboard;
  const isLatin = /^[a-z]+$/i.test(typed);
  const text = isLatin ? asHangul(typed) : asLatin(typed)?.toLowerCase();
  const latin = isLatin ? typed : text;
  if (!text || !latin || latin.length < shortest || (isLatin && isEnglish(typed.toLowerCase()))) return [];
  if (isOneLetter(typed)) return []; // ㅋㅋㅋㅋ is no zzzz
  const terms = vocabulary.analyze(text);
  return terms.length > 0 && vocabulary.has(terms) ? [{ text, terms, similarity }] : [];
}

/** machinelearning → machine learning, where documents have both. */
function splits(typed: string, isWord: boolean, vocabulary: Vocabulary): Candidate[] {
  const { shortest, similarity } = SOFT.split;
  const found: Candidate[] = [];
  for (let at = shortest; at <= typed.length - shortest; at++) {
    const parts = [typed.slice(0, at), typed.slice(at)];
    if (isWord && !parts.every(isEnglish)) continue; // barrel is no bar and rel
    const terms = parts.flatMap((part) => vocabulary.analyze(part));
    if (terms.length === 2 && vocabulary.has(terms)) {
      found.push({ text: parts.join(' '), terms, similarity });
    }
  }
  return found;
}

/** Letters and digits that were typed as one, where documents write them apart: wm14e is WM 14 E, 240000 is 240,000. */
function apart(typed: string, vocabulary: Vocabulary): Candidate[] {
  const borders = [/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/, /(?<=^[a-z]+)(?=\d)/, /(?<=\d)(?=(?:\d{3})+$)/];
  const cuts = new Set(borders.map((border) => typed.split(border).join(' ')));
  return Array.from(cuts, (text) => ({
    text,
    terms: vocabulary.analyze(text),
    similarity: SOFT.split.similarity,
  })).filter(({ text, terms }) => text !== typed && vocabulary.has(terms));
}

function maskOf(word: string): number {
  let mask = 0;
  for (let i = 0; i < word.length; i++) mask |= 1 << (word.charCodeAt(i) - 97);
  return mask;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
