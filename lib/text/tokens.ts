/** A run of one script in a text, at [start, end) in UTF-16 units. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly script: Script;
}

/** The kind of a token, which decides how terms are made from it. `month` is a Korean month (3월), `points` a number like 7.2. */
type Script = 'word' | 'hangul' | 'unspaced' | 'date' | 'month' | 'points';

const YEAR = '(?:19|20)\\d\\d';
const MONTH_OF_YEAR = '(?:1[0-2]|0?[1-9])';
const DAY = '(?:[12]\\d|3[01]|0?[1-9])';
const DAY_FIRST = `${DAY}\\.${MONTH_OF_YEAR}\\.${YEAR}`;

/** 2024-03-02, 2024/3/2, 2024.03.02, 2024. 3. 2. and 2.3.2024. Two groups: the date, and its separator. */
const dateAfterNo = (letter: string) =>
  `(?<!${letter})(${YEAR}(?:([-/])${MONTH_OF_YEAR}\\2${DAY}|\\. ?${MONTH_OF_YEAR}\\. ?${DAY})|${DAY_FIRST})(?!\\d|\\.\\d)`;

/** 7.2, v7.2 and 192.168.0.1, also directly before a unit; not a year with a month, as in 2024.03. */
const POINTS = `(?<![\\w.])([vV]?(?!${YEAR}\\.)\\d+(?:\\.\\d+)+)`;

/** Letters of laughter and tears. Several after a word are no part of it: 꽉참ㅋㅋ. */
const LAUGHING = '[ㅋㅎㅠㅜㅡ]';
export const LAUGHTER = new RegExp(`^${LAUGHING}{2,}$`);

/** A Korean month, such as 3월, also with year and day attached; not the beginning of 월급 ("wage"), 월세 ("rent") or 월요일 ("Monday"). */
const MONTH = `(?<!\\d)(${MONTH_OF_YEAR})월(?!급|세|요)`;

/**
 * Matches runs of one script each, in linear time. "BM25는" is a Latin and a Hangul run. "C++" and "C#" keep their
 * signs, and an apostrophe inside a word stays in it.
 *
 * - A word begins with a letter or a digit, because the variation selector of an emoji is a mark and no word.
 * - The sound marks of kana are listed by code point: they are shared by both kana scripts, so neither script property has them.
 * - Laughter after a word (꽉참ㅋㅋ) is a run of its own.
 * - √ is a word, because people search for it as sqrt. QK^T and d_k are one word each, as QKᵀ and dₖ are.
 *
 * Groups: date, separator of the date, number with points, month, Hangul, unspaced.
 */
const RUN = new RegExp(
  `${dateAfterNo('[\\p{L}\\p{N}]')}|${POINTS}|${MONTH}|([가-힣]+(?=${LAUGHING}{2})|\\p{Script=Hangul}+)|${
    /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々\u3099\u309a\uff70\uff9e\uff9f]+)|(?:(?<![\p{L}\p{N}_])[A-Za-z]_[A-Za-z0-9](?![\p{L}\p{N}_])|(?:(?![\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+(?:['’]\p{Script=Latin}+)*(?:\+\+|#(?![\p{L}\p{N}])|\^[A-Za-z0-9⊤](?![\p{L}\p{N}]))?)|√/u
      .source
  }`,
  'gu',
);

/** The same for ASCII text, which has no Hangul and no unspaced script: much cheaper. Its group for months never matches. */
const ASCII_RUN = new RegExp(
  `${dateAfterNo('[A-Za-z0-9]')}|${POINTS}|(?!)()|${/(?<![A-Za-z0-9_])[A-Za-z]_[A-Za-z0-9](?![A-Za-z0-9_])|[A-Za-z0-9]+(?:'[A-Za-z]+)*(?:\+\+|#(?![A-Za-z0-9])|\^[A-Za-z0-9](?![A-Za-z0-9]))?/.source}`,
  'g',
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII means
export const ASCII = /^[\x00-\x7f]*$/;

/** Longer words are binary data or remains of markup and are skipped. Hangul and unspaced runs may be longer: whole sentences. */
const LONGEST = 64;

/** The tokens of a text in order. Returns an array because a generator takes twice as long. */
export function tokens(text: string): Token[] {
  const runs = ASCII.test(text) ? ASCII_RUN : RUN;
  const found: Token[] = [];
  runs.lastIndex = 0;
  for (let match = runs.exec(text); match; match = runs.exec(text)) {
    const [run] = match;
    const script = scriptOf(match);
    if ((script === 'word' || script === 'points') && run.length > LONGEST) continue;
    found.push({ text: run, start: match.index, end: match.index + run.length, script });
  }
  return found;
}

function scriptOf([, date, , points, month, hangul, unspaced]: RegExpExecArray): Script {
  if (hangul) return 'hangul';
  if (unspaced) return 'unspaced';
  if (date) return 'date';
  if (points) return 'points';
  return month ? 'month' : 'word';
}
