import type { ReadableDocument } from './store/readable.ts';
import { proseOf, type Span, sentences, withoutMarker } from './text/sentences.ts';

const LIMITS = {
  /** Sentences of one document looked at, and where they begin at the latest; those after stay unread. */
  sentences: 1000,
  reach: 500_000,
  /** Without a mark at its end, what is narrower than this says too little; a Hangul syllable is two wide. */
  narrowest: 24,
  /** What is longer is a log, a table or minified code. */
  longest: 600,
} as const;

const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

export interface Said {
  readonly span: Span;
  /** Whether it is a sentence: a line of a list or a table answers only if it has a word of the question. */
  readonly isProse: boolean;
}

interface Line extends Said {
  readonly isLong: boolean;
  /** How many cells it has as a row of a table. */
  readonly cells: number;
}

/**
 * The first sentences that are prose, and what notes write down without a sentence: lines with a number, rows of a
 * table. Where there is no prose (a list of names, code), the rows and whatever is as long as a sentence.
 */
export function sayable({ content, format }: ReadableDocument): Said[] {
  const isMarkup = format === 'markdown' || format === 'html';
  const lines: Line[] = [];
  let [prose, others] = [0, 0];
  for (const span of sentences(content)) {
    if (prose === LIMITS.sentences || span[0] > LIMITS.reach) break;
    const text = content.slice(...span);
    if (text.length > LIMITS.longest || LAYOUT.test(text)) continue;
    const cells = ENDED.test(text) ? 1 : text.split(CELL).length;
    const isLong = isSentence(text);
    const said = isLong && cells === 1 ? proseOf(content, span, isMarkup) : null;
    if (said) prose++;
    else if (others++ >= LIMITS.sentences) continue;
    lines.push({ span: said ?? withoutMarker(content, span), isProse: said !== null, isLong, cells });
  }
  const told = lines.filter((_, i) => !isHeading(content, lines, i));
  if (prose === 0)
    return told
      .filter(({ isLong, cells }) => isLong || cells > 1)
      .map(({ span }) => ({ span, isProse: true }));
  const isFact = (text: string) => FACT.test(text) && !CODE.test(text);
  return told.filter(({ span, isProse, cells }) => isProse || cells > 1 || isFact(content.slice(...span)));
}

/** What parts the cells of a table in the text that was made of it; in a sentence it is a sign of its own, as in P(A | B). */
const CELL = ' | ';
const ENDED = /[.!?…。！？]$/;

/** Whether line i names the columns of a table: it is the first of some of as many cells, without an empty line between them. */
function isHeading(content: string, lines: readonly Line[], i: number): boolean {
  const [before, line, after] = [lines[i - 1], lines[i], lines[i + 1]];
  const goesOn = (a?: Line, b?: Line) =>
    a !== undefined && a.cells === b?.cells && !/\n\s*\n/.test(content.slice(a.span[1], b.span[0]));
  return line !== undefined && line.cells > 1 && !goesOn(before, line) && goesOn(line, after);
}

/** A heading, a rule, a fence. */
const LAYOUT = /^(?:#{1,6}\s|[|:\s-]+$|`{3}|~{3})/;
/** A word and a number: what notes write down without making a sentence of it. */
const FACT = /\p{L}.*\p{Nd}|\p{Nd}.*\p{L}/su;
/** How a statement ends. */
const CODE = /[;{}]$/;

function isSentence(text: string): boolean {
  if (/[.!?…。！？]\W{0,3}$/.test(text)) return true;
  return text.length + (text.match(WIDE)?.length ?? 0) >= LIMITS.narrowest;
}
