/** [start, end) in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** Abbreviations whose full stop never ends a sentence: a name or a number always follows. */
const OPENING = words('mr mrs ms dr prof st vs cf eg ie fig figs eq eqs vol pp');
/** Abbreviations that may also end a sentence. They do unless a digit or a lower-case word follows; "no." unless a digit does. */
const CLOSING = words('sr jr al etc sec inc ltd co corp dept est approx ca min max resp no nos');
/** Abbreviated months: they end a sentence unless a digit follows, as in 3 Jan. 2024. */
const MONTHS = words('jan feb mar apr jun jul aug sep sept oct nov dec');

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** A line of at least this many characters that does not end a sentence is taken to have been wrapped by an editor. */
const WRAPPED = 50;

/**
 * The sentences of a text, in order and without surrounding white space. A generator, so that a caller
 * may stop after the first sentences of a long text.
 *
 * A sentence ends at . ! ? … before white space and at 。 anywhere (with closing quotes and reference
 * numbers), at a blank line, and at a line break that is not mere wrapping. Abbreviations, initials, decimals,
 * versions, dates and list numbers do not end one, nor does a quotation or an ellipsis followed by a
 * lower-case word. Linear in the length of the text.
 */
export function* sentences(text: string): Generator<Span> {
  let start = 0;
  for (const end of boundaries(text)) {
    const span = trim(text, start, end);
    if (span) yield span;
    start = end;
  }
  const last = trim(text, start, text.length);
  if (last) yield last;
}

/** How far back the start of a line is searched for; this keeps long lines from taking quadratic time. */
const LONGEST_LINE = 600;
/** A list bullet or number, a quote mark, a task box, or a cell border. */
const MARKER = /^(?:[-*+•>|]|\d{1,3}[.)]|\[[ xX]\])\s+/;

/** A sentence without the markers before it, if it begins its line (see `MARKER`). */
export function withoutMarker(text: string, [start, end]: Span): Span {
  let from = start;
  if (lineBefore(text, start).trim() !== '') return [start, end];
  for (let found = MARKER.exec(text.slice(from, end)); found; found = MARKER.exec(text.slice(from, end)))
    from += found[0].length;
  return [from, end];
}

/**
 * A sentence without list markers and without code; null when it is not prose. Not prose are fewer than three
 * words of letters (a formula, numbers; see `isProse`) and, in markup, code indented by four spaces.
 *
 * @param isMarkup whether the text comes from markup, where four spaces mean code
 */
export function proseOf(text: string, span: Span, isMarkup: boolean): Span | null {
  if (isIndented(text, span, isMarkup)) return null;
  let [from, to] = withoutMarker(text, span);
  if (isMarkup) {
    const code = text.slice(from, to).indexOf('\n    ');
    if (code >= 0) to = from + code;
  }
  return isProse(text.slice(from, to)) ? [from, to] : null;
}

/** Whether a sentence is code, which four spaces before its line mean in markup. */
export function isIndented(text: string, [start, end]: Span, isMarkup: boolean): boolean {
  if (!isMarkup) return false;
  const line = lineBefore(text, start);
  // An item of a nested list is indented too, but begins with a marker.
  const isItem = MARKER.test(line.trim() === '' ? text.slice(start, end) : line.trimStart());
  return line.startsWith('    ') && !isItem;
}

/** Whether a text has nothing but punctuation and the blanks of a template: `{{date}}`, `<% tp.file.title %>`. */
export function saysNothing(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.replace(/\{\{[^{}]*\}\}|<%[^%]*%>/g, ''));
}

/** The part of a line before an offset, at most `farthest` characters of it. */
export function lineBefore(text: string, at: number, farthest = LONGEST_LINE): string {
  const before = text.slice(Math.max(0, at - farthest), at);
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** At least three words of letters, or four characters of a script that has more meaning per character. A word with signs in it is part of a formula. */
export function isProse(text: string): boolean {
  if (
    (text.match(
      /[\p{sc=Hangul}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/gu,
    )?.length ?? 0) >= 4
  )
    return true;
  const bare = text.split(/\s+/).map((word) => word.replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, ''));
  return bare.filter((word) => /^[\p{Lu}\p{Ll}\p{Lo}][\p{Lu}\p{Ll}\p{Lo}\p{M}'’-]+$/u.test(word)).length >= 3;
}

/** End offsets of the sentences, ascending; a text's last sentence may have none. */
function* boundaries(text: string): Generator<number> {
  // The look-behind lets a match start only at the first of several marks. Without it, a megabyte of full
  // stops takes quadratic time.
  const candidate =
    /(?<![.!?…])[.!?…]+["'”’»)\]]*(?:\[\d{1,3}\])*(?=\s)|(?<![。｡！？])[。｡！？]+[」』”’）]*|\n/gu;
  let lineStart = 0;
  for (let match = candidate.exec(text); match; match = candidate.exec(text)) {
    const end = match.index + match[0].length;
    if (match[0] === '\n') {
      const wrapped =
        match.index - lineStart >= WRAPPED &&
        !isBlankLine(text, end) &&
        !startsBlock(text, end) &&
        !isRow(text.slice(lineStart, match.index));
      lineStart = end;
      if (!wrapped) yield end;
    } else if (!endsNoSentence(text, match.index, match[0], lineStart)) {
      yield end;
    }
  }
}

function isBlankLine(text: string, at: number): boolean {
  for (let i = at; i < text.length; i++) {
    if (text[i] === '\n') return true;
    if (text[i] !== ' ' && text[i] !== '\t' && text[i] !== '\r') return false;
  }
  return true;
}

/** Whether a line is a table row, in the form in which our file readers write tables. */
export function isRow(line: string): boolean {
  return line.includes(' | ');
}

/** Whether a list item, heading, quote or table row begins at an offset. */
function startsBlock(text: string, at: number): boolean {
  return /^\s*(?:[>|]|(?:[-*+•]|#{1,6}|\d{1,3}[.)])\s)/.test(text.slice(at, at + 12));
}

/** Whether a mark at an offset does not end a sentence, see `sentences`. */
function endsNoSentence(text: string, at: number, mark: string, lineStart: number): boolean {
  const after = text.slice(at + mark.length, at + mark.length + 4);
  if (/[」』]$/.test(mark)) return /^(?:と|って)/.test(after); // 「はい。」と言った
  const continued = /^[^\S\n]\p{Ll}/u.test(after);
  if (/^(?:\.\.|…)/.test(mark) || /^[!?]+["'”’»)]/.test(mark)) return continued;
  if (mark[0] !== '.') return false;
  let from = at;
  while (from > lineStart && at - from < 20 && /[\p{L}\p{N}.]/u.test(text[from - 1] ?? '')) from--;
  const word = text.slice(from, at);
  if (/^\p{Lu}$/u.test(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return true; // J. · e.g. · i.e.
  if (/^(?:\d{1,3}|\p{L})$/u.test(word) && isBlank(text, lineStart, from)) return true; // "1. item"
  if (/^\d{1,4}$/.test(word) && mark === '.') return isInDate(text, from, at + 1);
  const known = word.toLowerCase();
  if (OPENING.has(known)) return true;
  if (MONTHS.has(known)) return /^\s\d/.test(after);
  return CLOSING.has(known) && (/^\s\d/.test(after) || (continued && known !== 'no'));
}

/** Whether a line is white space up to an offset, and at most 40 characters of it. */
function isBlank(text: string, lineStart: number, end: number): boolean {
  return end - lineStart <= 40 && text.slice(lineStart, end).trim() === '';
}

/** Whether the number with its full stop at [from, to) is part of a date in Korean style, "2024. 1. 15." */
function isInDate(text: string, from: number, to: number): boolean {
  return (
    /^ \d{1,2}\./.test(text.slice(to, to + 4)) ||
    /\d\. \d{1,2}\. $/.test(text.slice(Math.max(0, from - 8), from))
  );
}

/** A span without surrounding white space; null when nothing is left. */
function trim(text: string, start: number, end: number): Span | null {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] ?? '')) from++;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to--;
  return from < to ? [from, to] : null;
}
