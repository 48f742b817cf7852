import type { ReadableDocument } from './store/readable.ts';
import { headingsOf, indentAt, lettersOf, lineAt } from './text/outline.ts';
import { proseOf, type Span, sentences, withoutMarker } from './text/sentences.ts';

/** Sentences that start after this many characters are ignored. */
export const REACH = 500_000;
const LIMITS = {
  /** Most prose sentences considered of a document, and most of its other lines. */
  sentences: 1000,
  /** Least width, in columns, of a sentence without an end mark; narrower ones say too little. */
  narrowest: 24,
  /** Longer ones are logs, tables or minified code. */
  longest: 600,
} as const;

const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** A sentence, or a line that stands for one. */
export interface QuotableLine {
  readonly span: Span;
  /** Whether it is prose. A list item or table row answers only if it contains a word of the question. */
  readonly isProse: boolean;
  /**
   * Set if it introduces others and answers nothing itself: a heading for the section below it (`section`), or an
   * item too narrow to quote for the items nested in it (`items`).
   */
  readonly announces: 'section' | 'items' | null;
}

interface Line extends QuotableLine {
  readonly isLong: boolean;
  /** Number of cells, if it is a table row; else 1. */
  readonly cells: number;
}

/**
 * The lines that an answer can quote: prose sentences, and the facts that notes state without a sentence, such as
 * lines with a number and table rows. Without any prose (a list of names, code), the rows and all lines as long as
 * a sentence. Lines that introduce any of these are included.
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
    if (cells > 1) return LETTER.test(text); // numbers alone say nothing without their column names
    return prose === 0 ? isLong : isProse || isFact(text);
  };
  const told: QuotableLine[] = [];
  for (const [i, line] of lines.entries()) {
    const { span, announces } = line;
    const isProse = line.isProse || prose === 0;
    if (namesColumns(content, lines, i)) continue;
    if (announces !== null || isQuoted(line)) told.push({ span, isProse, announces });
    else if (hasItems(content, span)) told.push({ span, isProse, announces: 'items' });
  }
  return told;
}

/** Whether the next line is an item nested in the item of this line. */
function hasItems(content: string, [start, end]: Span): boolean {
  const indent = indentAt(content, start);
  const next = content.indexOf('\n', end);
  return indent !== null && next >= 0 && (indentAt(content, next + 1) ?? 0) > indent;
}

/**
 * The cell separator of the plain text made from a table. Inside a sentence it is an ordinary sign, as in P(A | B).
 */
const CELL = ' | ';
const ENDED = /[.!?…。！？]$/;

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
/** A word and a number: a fact that notes state without a sentence. */
const FACT = /\p{L}.*\p{Nd}|\p{Nd}.*\p{L}/su;
/** The end of a statement in code. */
const CODE = /[;{}]$/;

function isSentence(text: string): boolean {
  return /[.!?…。！？]\W{0,3}$/.test(text) || widthOf(text) >= LIMITS.narrowest;
}

/** Width in columns: Hangul syllables, ideographs and kana are two columns wide. */
export function widthOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}
