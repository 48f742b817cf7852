import type { ReadableDocument } from './store/readable.ts';
import { headingsOf, indentAt, lettersOf, lineAt } from './text/outline.ts';
import {
  isIndented,
  proseOf,
  isProse as readsAsProse,
  type Span,
  saysNothing,
  sentences,
  withoutMarker,
} from './text/sentences.ts';

/** Sentences that start after this many characters are ignored. */
export const REACH = 500_000;
const LIMITS = {
  /** Most prose sentences considered of a document, and most of its other lines. */
  sentences: 1000,
  /** Least width, in columns, of a sentence without an end mark; narrower ones are short lines. */
  narrowest: 24,
  /** Longer ones are logs, tables or minified code. */
  longest: 600,
} as const;

const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/**
 * What a line needs to be quoted: `prose` nothing; `fact` (a line with a number, a table row) and `item` (a short item
 * of a list) a word of the question, which may be in what it stands under; `scrap` (any other short line, code, a row
 * of numbers) one of its own.
 */
type LineKind = 'prose' | 'fact' | 'item' | 'scrap';

/** A sentence, or a line that stands for one. */
export interface QuotableLine {
  readonly span: Span;
  readonly kind: LineKind;
  /**
   * Set if it introduces others and answers nothing itself: a heading for the section below it (`section`), or a
   * short item for the lines and items nested in it (`items`).
   */
  readonly announces: 'section' | 'items' | null;
}

interface Line extends Omit<QuotableLine, 'kind'> {
  readonly isProse: boolean;
  readonly isLong: boolean;
  /** Whether it is a line of code. */
  readonly isCode: boolean;
  /** Number of cells, if it is a table row; else 1. */
  readonly cells: number;
}

/**
 * The lines that an answer can quote: prose sentences, and the facts that notes state without a sentence. Without
 * any prose (a list of names, code), all lines as long as a sentence count as prose. Lines that introduce any of
 * these are included.
 *
 * @param markdown the Markdown the content was made from; for HTML its headings; '' for other formats
 */
export function quotableLines({ content, format }: ReadableDocument, markdown = ''): QuotableLine[] {
  const isMarkup = format === 'markdown' || format === 'html';
  const headings = headingsOf(markdown);
  const lines: Line[] = [];
  let [prose, others] = [0, 0];
  for (const span of sentences(content)) {
    if (prose === LIMITS.sentences || span[0] > REACH) break;
    const text = content.slice(...span);
    if (text.length > LIMITS.longest || LAYOUT.test(text) || saysNothing(text)) continue;
    const cells = cellsOf(text);
    const isLong = isSentence(text);
    const said = isLong && cells === 1 ? proseOf(content, span, isMarkup) : null;
    if (said) prose++;
    else if (others++ >= LIMITS.sentences) continue;
    lines.push({
      span: said ?? withoutMarker(content, span),
      isProse: said !== null,
      announces: headings.size > 0 && headings.has(lettersOf(lineAt(content, span[0]))) ? 'section' : null,
      isLong,
      isCode: isIndented(content, span, isMarkup),
      cells,
    });
  }
  const told: QuotableLine[] = [];
  for (const [i, line] of lines.entries()) {
    const { span, announces } = line;
    if (namesColumns(content, lines, i)) continue;
    const kind = kindOf(content, line, prose > 0);
    const isShort = kind === null || kind === 'item' || kind === 'scrap';
    if (announces !== null) told.push({ span, kind: kind ?? 'scrap', announces });
    else if (isShort && hasItems(content, span)) told.push({ span, kind: 'scrap', announces: 'items' });
    else if (kind !== null) told.push({ span, kind, announces });
  }
  return told;
}

/** Null for a line that says nothing: a formula, a statement of code, a line that ends with a colon. */
function kindOf(content: string, line: Line, hasProse: boolean): LineKind | null {
  const { span, isProse, isLong, isCode, cells } = line;
  const text = content.slice(...span);
  if (cells > 1) return LETTER.test(text) ? 'fact' : 'scrap';
  if (hasProse ? isProse : isLong) return 'prose';
  if (isCode) return COMMENT.test(text) || isNote(text) ? 'scrap' : null;
  if (isFact(text) && !CODE.test(text)) return 'fact';
  if (!areWords(text)) return null;
  return indentAt(content, span[0]) === null ? 'scrap' : 'item';
}

/** Whether a line of code reads like a note: no statement, but prose or a word with a number. */
function isNote(text: string): boolean {
  return !STATEMENT.test(text) && (readsAsProse(text) || isFact(text));
}

/** Whether a text has a word and a number: notes state facts so, without a sentence. */
function isFact(text: string): boolean {
  return LETTER.test(text) && DIGIT.test(text);
}

/** Whether a text consists of words, numbers and punctuation around them: no formula, no code. */
function areWords(text: string): boolean {
  const bare = text.split(/\s+/).map((word) => word.replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, ''));
  return !/^\(|[:;{}=]$/.test(text) && bare.every((word) => /^[\p{L}\p{M}\p{N}'’.,:/&+-]*$/u.test(word));
}

/** Whether the next line continues the item of this line, or is an item nested in it. */
function hasItems(content: string, [start, end]: Span): boolean {
  const indent = indentAt(content, start);
  const next = content.indexOf('\n', end);
  if (indent === null || next < 0 || /^[^\S\n]*(?:\n|$)/.test(content.slice(next + 1, next + 80)))
    return false;
  return (indentAt(content, next + 1) ?? Number.POSITIVE_INFINITY) > indent;
}

/**
 * Between the cells in the plain text made from a table; the spaces beside an empty cell may be cut off at either end.
 * Inside a sentence it is an ordinary sign, as in P(A | B).
 */
const CELL = / \|(?= |$)/;
const ENDED = /[.!?…。！？]$/;

/** Number of cells of a line; 1 if it is no table row. */
function cellsOf(text: string): number {
  const cells = ENDED.test(text) ? 1 : text.split(CELL).length;
  return cells > 1 && text.startsWith('| ') ? cells + 1 : cells;
}

/**
 * Whether line i names the columns of a table: the first of several rows with the same number of cells, with no
 * empty line between.
 */
function namesColumns(content: string, lines: readonly Line[], i: number): boolean {
  const [before, line, after] = [lines[i - 1], lines[i], lines[i + 1]];
  const goesOn = (a?: Line, b?: Line) =>
    a !== undefined && a.cells === b?.cells && !/\n\s*\n/.test(content.slice(a.span[1], b.span[0]));
  return line !== undefined && line.cells > 1 && !goesOn(before, line) && goesOn(line, after);
}

/** A heading, a rule, a code fence. */
const LAYOUT = /^(?:#{1,6}\s|[|:\s-]+$|`{3}|~{3})/;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
/** A sign of a statement in a line of code. */
const STATEMENT = /\w\(|[{}[\]=<>;$*]/;
/** A comment in a line of code. */
const COMMENT = /(?:\/\/|#|--|\/\*)\s/;
/** The end of a statement in code. */
const CODE = /[;{}]$/;

function isSentence(text: string): boolean {
  return /[.!?…。！？]\W{0,3}$/.test(text) || widthOf(text) >= LIMITS.narrowest;
}

/** Width in columns: Hangul syllables, ideographs and kana are two columns wide. */
export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}
