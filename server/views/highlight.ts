import type { StateCore, Token } from 'markdown-it';
import { mathText } from '../../lib/ingest/markdown/math-text.ts';
import { MathReader } from '../../lib/ingest/markdown/mathml.ts';

/** A character of a note and the token that it is in. */
interface Place {
  readonly inline: Token;
  /** `child`: index among the inline token's children; `at`: offset in that child's content. */
  readonly child: number;
  readonly at: number;
}

/**
 * Lines that are looked for one by one when no block has the whole sentence. Each is searched for in all
 * the rest of the note.
 */
const MOST_LINES = 100;

/**
 * Marks a sentence of the indexed text in the rendered note: in the first paragraph, list item, table row
 * or code block that contains it, else line by line. White space and table cell borders are ignored,
 * since source and indexed text differ in them.
 */
export function highlight(state: StateCore, sentence: string): void {
  const maths = new MathReader();
  const read = blocks(state).map((tokens) => ({ tokens, ...lettersOf(tokens, maths) }));
  /**
   * Marks a text in the first block, from index `from` on, that contains it.
   *
   * @param isAim  whether links to #passage should lead here
   * @returns  the index of that block; -1 for none
   */
  const markFirst = (text: string, from: number, isAim: boolean): number => {
    const wanted = bare(text.replaceAll(' | ', ''));
    const found = wanted === '' ? -1 : read.findIndex((block, i) => i >= from && block.text.includes(wanted));
    const block = read[found];
    if (!block) return -1;
    const at = block.text.indexOf(wanted);
    mark(state, block.places.slice(at, at + wanted.length), isAim);
    Object.assign(block, lettersOf(block.tokens, maths));
    return found;
  };
  if (markFirst(sentence, 0, true) >= 0) return;
  let last = -1;
  for (const line of sentence.split('\n').slice(0, MOST_LINES))
    last = Math.max(last, markFirst(line, Math.max(0, last), last < 0));
}

function bare(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, '');
}

/**
 * Groups tokens that are searched as one text: the cells of a table row; each paragraph or code block by
 * itself.
 */
function blocks({ tokens, Token: Made }: StateCore): Token[][] {
  const out: Token[][] = [];
  let row: Token[] | null = null;
  for (const token of tokens) {
    if (token.type === 'tr_open') row = [];
    else if (token.type === 'tr_close' && row) {
      out.push(row);
      row = null;
    } else if (token.type === 'inline') {
      if (row) row.push(token);
      else out.push([token]);
    } else if (token.type === 'fence' || token.type === 'code_block') {
      token.children ??= [Object.assign(new Made('text', '', 0), { content: token.content })];
      out.push([token]);
    }
  }
  return out;
}

function lettersOf(inlines: readonly Token[], maths: MathReader): { text: string; places: Place[] } {
  const letters: string[] = [];
  const places: Place[] = [];
  for (const inline of inlines) {
    for (const [child, { type, content }] of (inline.children ?? []).entries()) {
      if (type === 'html_inline') continue; // the indexed text has no tags
      const shown = type === 'math' ? mathText(content, maths) : content;
      // Offsets count UTF-16 units of the token as written, so only text that is already in NFC can be
      // compared.
      const composed = shown.normalize('NFC') === shown ? shown : '';
      for (let at = 0; at < composed.length; at++) {
        if (/\s/.test(composed[at] ?? '')) continue;
        letters.push(composed[at] ?? '');
        places.push({ inline, child, at });
      }
    }
  }
  return { text: letters.join(''), places };
}

/**
 * Wraps the characters in <mark>, token by token, so that no mark crosses the border of a link or an
 * emphasis.
 */
function mark(state: StateCore, places: readonly Place[], isAim: boolean): void {
  const first = places[0];
  const last = places.at(-1);
  const children = new Map<Token, Set<number>>();
  for (const { inline, child } of places) {
    const known = children.get(inline);
    if (known) known.add(child);
    else children.set(inline, new Set([child]));
  }
  for (const [inline, within] of children) {
    inline.children = (inline.children ?? []).flatMap((token, child) => {
      if (!within.has(child)) return [token];
      const isFirst = inline === first?.inline && child === first.child;
      const isLast = inline === last?.inline && child === last.child;
      const open = new state.Token('mark_open', 'mark', 1);
      if (isFirst && isAim) open.attrSet('id', 'passage');
      const close = new state.Token('mark_close', 'mark', -1);
      if (token.type !== 'text') return [open, token, close];
      const from = isFirst ? first.at : 0;
      const to = isLast ? last.at + 1 : token.content.length;
      const piece = (start: number, end?: number) => {
        const text = new state.Token('text', '', 0);
        text.content = token.content.slice(start, end);
        return text;
      };
      return [piece(0, from), open, piece(from, to), close, piece(to)];
    });
  }
}
