/** [start, end) in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** A full stop after these ends no sentence. */
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st vs etc eg ie cf al fig figs eq eqs sec no nos vol pp ca approx inc ltd co dept est min max resp jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);

/** A line that reaches this width and does not end a sentence was wrapped by an editor. */
const WRAPPED = 50;

/**
 * The sentences of a text, in order and without the white space around them.
 *
 * A sentence ends at . ! ? … 。 (with closing quotes) before white space, at a blank line,
 * and at a line break that is no mere wrapping. Abbreviations, initials, decimals, versions
 * and list numbers end none; what stands between ``` fences stays whole.
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
  const candidate = /[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*|\n/gu;
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
  return /^\s*(?:[-*+•>#|]|\d{1,3}[.)])\s?/.test(text.slice(at, at + 12));
}

function endsNoSentence(text: string, at: number, mark: string, lineStart: number): boolean {
  if (mark[0] !== '.' || mark.startsWith('..')) return false;
  let from = at;
  while (from > lineStart && at - from < 20 && /[\p{L}\p{N}.]/u.test(text[from - 1] ?? '')) from--;
  const word = text.slice(from, at);
  if (/^\p{Lu}$/u.test(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return true; // J. · e.g. · i.e.
  if (/^\d{1,3}$/.test(word) && text.slice(lineStart, from).trim() === '') return true; // "1. item"
  return ABBREVIATIONS.has(word.toLowerCase());
}

function trim(text: string, start: number, end: number): Span | null {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] ?? '')) from++;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to--;
  return from < to ? [from, to] : null;
}
