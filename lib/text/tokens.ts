/** A word as it stands in a text: content.slice(start, end), UTF-16 offsets. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly script: Script;
}

/** How a run of characters is cut into terms; `month` is a Korean one (3월), `points` are numbers like 7.2. */
type Script = 'word' | 'hangul' | 'unspaced' | 'date' | 'month' | 'points';

const YEAR = '(?:19|20)\\d\\d';
const MONTH_OF_YEAR = '(?:1[0-2]|0?[1-9])';
const DAY = '(?:[12]\\d|3[01]|0?[1-9])';
const DAY_FIRST = `${DAY}\\.${MONTH_OF_YEAR}\\.${YEAR}`;

/** 2024-03-02, 2024/3/2, 2024.03.02, 2024. 3. 2. and 2.3.2024; the groups are the date and the sign in it. */
const dateAfterNo = (letter: string) =>
  `(?<!${letter})(${YEAR}(?:([-/])${MONTH_OF_YEAR}\\2${DAY}|\\. ?${MONTH_OF_YEAR}\\. ?${DAY})|${DAY_FIRST})(?!\\d|\\.\\d)`;

/** 7.2, v7.2 and 192.168.0.1, before a unit too; but no year and month, as in 2024.03. */
const POINTS = `(?<![\\w.])([vV]?(?!${YEAR}\\.)\\d+(?:\\.\\d+)+)`;

/** 3월, and its year and its day beside it; 12월급 is a wage. */
const MONTH = `(?<!\\d)(${MONTH_OF_YEAR})월(?!급|세|요)`;

/**
 * Runs of one script each. "BM25는" is a Latin run and a Hangul run; "C++" and "C#" keep
 * their sign; an apostrophe inside a word stays in it. A word begins with a letter or a digit:
 * the variation selector of an emoji is a mark and no word. The sound marks of kana are
 * common to both kana scripts, so they are named. √ is a word, since people type sqrt, and
 * QK^T and d_k are one each, as QKᵀ and dₖ are.
 * The groups are a date, its sign, numbers with points, a month, Hangul and unspaced. Linear time.
 */
const RUN = new RegExp(
  `${dateAfterNo('[\\p{L}\\p{N}]')}|${POINTS}|${MONTH}|${
    /([\p{Script=Hangul}]+)|([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々\u3099\u309a\uff70\uff9e\uff9f]+)|(?:(?<![\p{L}\p{N}_])[A-Za-z]_[A-Za-z0-9](?![\p{L}\p{N}_])|(?:(?![\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+(?:['’]\p{Script=Latin}+)*(?:\+\+|#(?![\p{L}\p{N}])|\^[A-Za-z0-9⊤](?![\p{L}\p{N}]))?)|√/u
      .source
  }`,
  'gu',
);

/** ASCII text has no Hangul and no unspaced script: the same runs by a much cheaper expression, whose fourth group is never there. */
const ASCII_RUN = new RegExp(
  `${dateAfterNo('[A-Za-z0-9]')}|${POINTS}|(?!)()|${/(?<![A-Za-z0-9_])[A-Za-z]_[A-Za-z0-9](?![A-Za-z0-9_])|[A-Za-z0-9]+(?:'[A-Za-z]+)*(?:\+\+|#(?![A-Za-z0-9])|\^[A-Za-z0-9](?![A-Za-z0-9]))?/.source}`,
  'g',
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII means
export const ASCII = /^[\x00-\x7f]*$/;

/** Longer words are binary data or markup debris and are passed over; Hangul and unspaced runs may be whole sentences. */
const LONGEST = 64;

/** The words of a text in order, each with its offsets. A list: a generator takes twice as long. */
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
