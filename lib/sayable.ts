import type { ReadableDocument } from './store/readable.ts';
import { headingsOf, indentAt, lettersOf, lineAt } from './text/outline.ts';
import { proseOf, type Span, sentences, withoutMarker } from './text/sentences.ts';

/** Where the sentences of a document that are looked at begin at the latest, in characters. */
export const REACH = 500_000;
const LIMITS = {
  /** Sentences of one document looked at. */
  sentences: 1000,
  /** Without a mark at its end, what is narrower than this says too little. */
  narrowest: 24,
  /** What is longer is a log, a table or minified code. */
  longest: 600,
} as const;

const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

export interface Said {
  readonly span: Span;
  /** Whether it is a sentence: a line of a list or a table answers only if it has a word of the question. */
  readonly isProse: boolean;
  /** What it is there for, and no answer itself: a heading for what comes below, an item too narrow to be quoted for those set in under it. */
  readonly announces: 'section' | 'items' | null;
}

interface Line extends Said {
  readonly isLong: boolean;
  /** How many cells it has as a row of a table. */
  readonly cells: number;
}

/**
 * The first sentences that are prose, and what notes write down without a sentence: lines with a number, rows of a
 * table. Where there is no prose (a list of names, code), the rows and whatever is as long as a sentence. And what
 * announces any of these.
 *
 * @param markdown what the content was made from, of HTML its headings; '' for anything else
 */
export function sayable({ content, format }: ReadableDocument, markdown = ''): Said[] {
  const isMarkup = format === 'markdown' || format === 'html';
  const headings = headingsOf(markdown);
  const lines: Line[] = [];
  let [prose, others] = [0, 0];
  for (const span of sentences(content)) {
    if (prose === LIMITS.sentences || span[0] > REACH) break;
    const text = content.slice(...span);
    if (text.length > LIMITS.longest || LAYOUT.test(text)) continue;
    const cells = ENDED.test(text) ? 1 : text.split(CELL).length;
    const isLong = isSentence(text);
    const said = isLong && cells === 1 ? proseOf(content, span, isMarkup) : null;
    if (said) prose++;
    else if (others++ >= LIMITS.sentences) continue;
    const isHeading = headings.size > 0 && headings.has(lettersOf(lineAt(content, span[0])));
    const announces = isHeading ? 'section' : null;
    lines.push({
      span: said ?? withoutMarker(content, span),
      isProse: said !== null,
      announces,
      isLong,
      cells,
    });
  }
  const isFact = (text: string) => FACT.test(text) && !CODE.test(text);
  const isQuoted = ({ span, isProse, isLong, cells }: Line) => {
    const text = content.slice(...span);
    if (cells > 1) return LETTER.test(text); // numbers alone say nothing without the names of their columns
    return prose === 0 ? isLong : isProse || isFact(text);
  };
  const told: Said[] = [];
  for (const [i, line] of lines.entries()) {
    const { span, announces } = line;
    const isProse = line.isProse || prose === 0;
    if (namesColumns(content, lines, i)) continue;
    if (announces !== null || isQuoted(line)) told.push({ span, isProse, announces });
    else if (hasItems(content, span)) told.push({ span, isProse, announces: 'items' });
  }
  return told;
}

/** Whether the next line is an item set in under that of this one. */
function hasItems(content: string, [start, end]: Span): boolean {
  const indent = indentAt(content, start);
  const next = content.indexOf('\n', end);
  return indent !== null && next >= 0 && (indentAt(content, next + 1) ?? 0) > indent;
}

/** What parts the cells of a table in the text that was made of it; in a sentence it is a sign of its own, as in P(A | B). */
const CELL = ' | ';
const ENDED = /[.!?…。！？]$/;

/** Whether line i names the columns of a table: it is the first of some of as many cells, without an empty line between them. */
function namesColumns(content: string, lines: readonly Line[], i: number): boolean {
  const [before, line, after] = [lines[i - 1], lines[i], lines[i + 1]];
  const goesOn = (a?: Line, b?: Line) =>
    a !== undefined && a.cells === b?.cells && !/\n\s*\n/.test(content.slice(a.span[1], b.span[0]));
  return line !== undefined && line.cells > 1 && !goesOn(before, line) && goesOn(line, after);
}

/** A heading, a rule, a fence. */
const LAYOUT = /^(?:#{1,6}\s|[|:\s-]+$|`{3}|~{3})/;
const LETTER = /\p{L}/u;
/** A word and a number: what notes write down without making a sentence of it. */
const FACT = /\p{L}.*\p{Nd}|\p{Nd}.*\p{L}/su;
/** How a statement ends. */
const CODE = /[;{}]$/;

function isSentence(text: string): boolean {
  return /[.!?…。！？]\W{0,3}$/.test(text) || widthOf(text) >= LIMITS.narrowest;
}

/** In columns: a Hangul syllable, an ideograph or a letter of kana is two wide. */
export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}
