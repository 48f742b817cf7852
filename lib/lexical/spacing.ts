import { rejoined } from '../text/hangul.ts';
import { isEnglish } from './lexicon.ts';
import type { Candidate, Vocabulary } from './soft.ts';

/** A word that was cut off. */
interface CutWord {
  readonly text: string;
  /** Whether it is a stop word, or an ending of the word before. */
  readonly isStop: boolean;
}

/** What tells the words of a text without spaces. */
export interface Lexicon {
  /** The analyser's terms of a word; none for a stop word. */
  analyze(word: string): readonly string[];
  /** Whether something is known to be a word: a document has it, or the thesaurus. @param terms of the word, at least one */
  isWord(word: string, terms: readonly string[]): boolean;
}

/** Syllables of the shortest text that is cut. */
export const SHORTEST_CUT = 4;
/** Syllables of the longest word, and of the shortest and longest unknown word. */
const LENGTH = { word: 10, unknown: [2, 6] } as const;

/**
 * Costs: of a word; of one of a single syllable, since many syllables are words and most of them are not meant; of such a
 * word at the end (내리는 법); of each syllable of a particle or an ending, so that 아이스크림만들기 is not 아이스크림만 + 들기; of an
 * unknown word, and of each of its syllables.
 */
const COST = { word: 1, single: 1.6, last: 1.5, ending: 0.05, unknown: 2, syllable: 1 } as const;

/** Endings that look like words when they are cut off: 빠른가요 is no 가요 ("song"). */
const ENDINGS: ReadonlySet<string> = new Set('가요 나요 네요 데요 까요 듯이 라서 서인가'.split(' '));

/** Stop words that are the end of a word rather: 줄|이는 is one word, 줄이는. */
const INSIDE = /^이[는를가도]$/;

/** Stems of helping verbs, as endings leave them. */
const HELPING: ReadonlySet<string> = new Set(
  '주 준 줄 줘 줬 보 본 볼 봐 봤 놓 놔 놨 두 둔 둘 둬 뒀 가 간 갈 갔 오 온 와 왔 내 낸 낼 냈 나 난 날 났 받 지 진 질 져 졌 버리 버린 버릴 버려 버렸'.split(
    ' ',
  ),
);

/** A way to cut the beginning of a text, as a list from its last word on. */
interface Way {
  readonly cost: number;
  readonly text: string;
  readonly kind: 'word' | 'stop' | 'unknown';
  /** Whether a particle, an ending or a stop word shows that a word ends here. */
  readonly isClosed: boolean;
  /** Whether it may be the helping verb of the word before: 맞춰주는 is one word, as is 읽어버리는. */
  readonly isHelping: boolean;
  readonly before: Way | null;
}

/**
 * Cuts Hangul that was typed without spaces into words: 어텐션을왜쓰나요 → 어텐션을, 왜, 쓰나요. The way of least cost, by dynamic
 * programming over the ends of words. A word may be unknown where particles, endings or stop words show its borders:
 * 제텔카스텐이뭔가요 → 제텔카스텐이, 뭔가요.
 *
 * @returns the words; [] for what is not cut
 */
export function cutIntoWords(text: string, lexicon: Lexicon): readonly CutWord[] {
  /** For each end the cheapest way to it. */
  const best: (Way | null)[] = [null];
  for (let end = 1; end <= text.length; end++) {
    best[end] = null;
    for (let start = Math.max(0, end - LENGTH.word); start < end; start++) {
      const before = best[start] ?? null;
      if (start > 0 && before === null) continue;
      const part = partOf(text, start, end, lexicon);
      const cost = part.cost + (before?.cost ?? 0);
      if (fits(part, before) && cost < (best[end]?.cost ?? Number.POSITIVE_INFINITY))
        best[end] = { ...part, cost, before };
    }
  }
  const words: Way[] = [];
  for (let way = best[text.length]; way; way = way.before) words.unshift(way);
  return isLikely(words) ? words.map(({ text, kind }) => ({ text, isStop: kind === 'stop' })) : [];
}

/** The part of a text from `start` to `end`, taken as one word. */
function partOf(
  whole: string,
  start: number,
  end: number,
  { analyze, isWord }: Lexicon,
): Omit<Way, 'before'> {
  const text = whole.slice(start, end);
  const terms = analyze(text);
  const stem = rejoined(terms);
  const isEnding = start > 0 && ENDINGS.has(text);
  const isStop = (terms.length === 0 && !(start > 0 && INSIDE.test(text))) || isEnding;
  const kind = isStop ? 'stop' : isWord(text, terms) ? 'word' : 'unknown';
  const ending = kind === 'stop' ? 0 : text.length - stem.length;
  const single = end === whole.length ? COST.last : COST.single;
  const known = text.length === 1 ? single : COST.word;
  return {
    text,
    kind,
    cost: COST.ending * ending + (kind === 'unknown' ? COST.unknown + COST.syllable * text.length : known),
    isClosed: kind === 'stop' || ending > 0,
    isHelping: HELPING.has(stem),
  };
}

function fits({ kind, text, isHelping }: Omit<Way, 'before'>, before: Way | null): boolean {
  if (before && !before.isClosed) {
    if (isHelping || kind === 'unknown') return false;
    if (before.kind === 'unknown' && (kind !== 'stop' || text.length === 1)) return false;
  }
  return kind !== 'unknown' || (text.length >= LENGTH.unknown[0] && text.length <= LENGTH.unknown[1]);
}

/** Whether a way to cut is likely: few words of one syllable, fewer unknown than known, and none twice in a row (그때그때 is one word). */
function isLikely(words: readonly Way[]): boolean {
  const syllables = (some: readonly Way[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  const length = syllables(words);
  const singles = words.filter(({ text, kind }) => text.length === 1 && kind !== 'stop').length;
  const unknown = words.filter(({ kind }) => kind === 'unknown');
  if (words.length < 2 || 4 * singles > length) return false;
  if (words.some(({ text }, i) => text === words[i - 1]?.text)) return false;
  return words.some(({ kind }) => kind === 'word') ? 2 * syllables(unknown) < length : unknown.length === 1;
}

/** Two words typed without the space between them: least letters of each, and how similar they are to what was typed. */
const SPLIT = { shortest: 3, similarity: 0.8 } as const;

/** machinelearning → machine learning, if one document contains both parts. */
export function splits(typed: string, isWord: boolean, vocabulary: Vocabulary): Candidate[] {
  const { shortest, similarity } = SPLIT;
  const found: Candidate[] = [];
  for (let at = shortest; at <= typed.length - shortest; at++) {
    const parts = [typed.slice(0, at), typed.slice(at)];
    if (isWord && !parts.every(isEnglish)) continue; // barrel is not bar + rel
    const terms = parts.flatMap((part) => vocabulary.analyze(part));
    if (terms.length === 2 && vocabulary.has(terms)) {
      found.push({ text: parts.join(' '), terms, similarity });
    }
  }
  return found;
}

/** Letters and digits typed without the spaces or commas that documents have: wm14e → WM 14 E, 240000 → 240,000. */
export function splitDigits(typed: string, vocabulary: Vocabulary): Candidate[] {
  const borders = [/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/, /(?<=^[a-z]+)(?=\d)/, /(?<=\d)(?=(?:\d{3})+$)/];
  const cuts = new Set(borders.map((border) => typed.split(border).join(' ')));
  return Array.from(cuts, (text) => ({
    text,
    terms: vocabulary.analyze(text),
    similarity: SPLIT.similarity,
  })).filter(({ text, terms }) => text !== typed && vocabulary.has(terms));
}
