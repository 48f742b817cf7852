/** [start, end) in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** A full stop after these ends no sentence: a name or a number always follows. */
const OPENING = words('mr mrs ms dr prof st vs cf eg ie fig figs eq eqs vol pp');
/** A full stop after these ends a sentence only when a capital follows: they close one as often. */
const CLOSING = words('sr jr al etc sec inc ltd co corp dept est approx ca min max resp no nos');
/** These come before a day: 3 Jan. 2024 ended a sentence only when no digit follows. */
const MONTHS = words('jan feb mar apr jun jul aug sep sept oct nov dec');

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** A line that reaches this width and does not end a sentence was wrapped by an editor. */
const WRAPPED = 50;

/**
 * The sentences of a text, in order and without the white space around them.
 *
 * A sentence ends at . ! ? … 。 (with closing quotes and reference numbers) before white
 * space, at a blank line, and at a line break that is no mere wrapping. Abbreviations,
 * initials, decimals, versions, dates and list numbers end none, nor does a quotation or an
 * ellipsis that a lower-case word continues. Linear in the length of the text.
 */
export function sentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  const close = (end: number) => {
    const span = trim(text, start, end);
    if (span) spans.push(span);
    start = end;
  };
  for (const boundary of boundaries(text)) close(boundary);
  close(text.length);
  return spans;
}

function* boundaries(text: string): Generator<number> {
  // The look-behind starts a match only at the first of several marks: without it a megabyte
  // of full stops takes quadratic time.
  const candidate =
    /(?<![.!?…])[.!?…]+["'”’»)\]]*(?:\[\d{1,3}\])*(?=\s)|(?<![。｡！？])[。｡！？]+[」』”’）]*|\n/gu;
  let lineStart = 0;
  for (let match = candidate.exec(text); match; match = candidate.exec(text)) {
    const end = match.index + match[0].length;
    if (match[0] === '\n') {
      const wrapped =
        match.index - lineStart >= WRAPPED && !isBlankLine(text, end) && !startsBlock(text, end);
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

/** A list item, heading, quote or table row begins here. */
function startsBlock(text: string, at: number): boolean {
  return /^\s*(?:[>|]|(?:[-*+•]|#{1,6}|\d{1,3}[.)])\s)/.test(text.slice(at, at + 12));
}

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

/** Whether a line is white space up to here; indentation deeper than 40 is none. */
function isBlank(text: string, lineStart: number, end: number): boolean {
  return end - lineStart <= 40 && text.slice(lineStart, end).trim() === '';
}

/** "2024. 1. 15." as Korean writes a date: the number with its full stop at [from, to) is one of three. */
function isInDate(text: string, from: number, to: number): boolean {
  return (
    /^ \d{1,2}\./.test(text.slice(to, to + 4)) ||
    /\d\. \d{1,2}\. $/.test(text.slice(Math.max(0, from - 8), from))
  );
}

function trim(text: string, start: number, end: number): Span | null {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] ?? '')) from++;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to--;
  return from < to ? [from, to] : null;
}
