import type { BlockRule, FootnoteMeta, MarkdownIt, StateBlock, StateCore, Token } from './types.ts';

/** The blocks that these rules may interrupt. */
const INTERRUPTS = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };

/** Adds the block rules for %%comments%%, $$formulas$$ and footnote definitions. */
export function addBlockRules(parser: MarkdownIt): void {
  parser.block.ruler.before('fence', 'comment_block', fenced('%%', 'comment'), INTERRUPTS);
  parser.block.ruler.before('fence', 'math_block', fenced('$$', 'math_block'), INTERRUPTS);
  parser.block.ruler.before('reference', 'footnote', footnote, INTERRUPTS);
}

/** `[!note]- Title` in the first line of a quote. */
const CALLOUT = /^\[!([^\]\n]{1,40})\][+-]?[ \t]*([^\n]*)\n?/;

/**
 * Turns the title of a callout into a paragraph of its own, without the marker of its kind.
 *
 * @param untitled  the title of a callout without one, by its kind; '' for none
 * @param classOf   CSS classes of a callout, by its kind
 */
export function addCallouts(
  parser: MarkdownIt,
  untitled: (kind: string) => string,
  classOf: (kind: string) => string = () => 'callout',
): void {
  parser.core.ruler.after('block', 'callouts', (state) => {
    const { tokens } = state;
    if (!tokens.some(({ type }) => type === 'blockquote_open')) return;
    state.tokens = [];
    for (let i = 0; i < tokens.length; i++) {
      const [quote, paragraph, inline] = [tokens[i - 1], tokens[i] as Token, tokens[i + 1]];
      const isFirst = quote?.type === 'blockquote_open' && inline?.type === 'inline';
      const [marker = '', kind = '', title = ''] = isFirst ? (CALLOUT.exec(inline.content) ?? []) : [];
      if (isFirst && marker !== '') {
        quote.attrSet('class', classOf(kind));
        pushTitle(state, title.trim() || untitled(kind));
        inline.content = inline.content.slice(marker.length);
        if (inline.content.trim() === '') {
          i += 2; // its paragraph is empty now
          continue;
        }
      }
      state.tokens.push(paragraph);
    }
  });
}

function pushTitle(state: StateCore, title: string): void {
  if (title === '') return;
  const made = [
    new state.Token('paragraph_open', 'p', 1),
    new state.Token('inline', '', 0),
    new state.Token('paragraph_close', 'p', -1),
  ] as const;
  for (const token of made) token.block = true;
  made[0].attrSet('class', 'callout-title');
  Object.assign(made[1], { content: title, children: [] });
  state.tokens.push(...made);
}

function lineText(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

function isCode(state: StateBlock, line: number): boolean {
  return (state.sCount[line] ?? 0) - state.blkIndent >= 4;
}

/**
 * A rule for a block from a line that starts with the marker to the next line that contains it, which must end with
 * it. All other cases are left to the inline rule, so that each search runs only once.
 */
function fenced(marker: string, type: string): BlockRule {
  return (state, start, end, silent) => {
    if (isCode(state, start)) return false;
    const first = lineText(state, start).trimEnd();
    if (!first.startsWith(marker)) return false;
    const last = first.includes(marker, marker.length) ? start : lineWith(state, marker, start + 1, end);
    if (last === null) return false;
    const closing = lineText(state, last).trimEnd();
    if (closing.indexOf(marker, last === start ? marker.length : 0) !== closing.length - marker.length)
      return false;
    if (silent) return true;
    const token = state.push(type, '', 0);
    token.content = state.getLines(start, last + 1, state.blkIndent, false).trim();
    token.map = [start, last + 1];
    state.line = last + 1;
    return true;
  };
}

function lineWith(state: StateBlock, marker: string, from: number, end: number): number | null {
  // Otherwise, unclosed markers in one container would be searched for again and again.
  const closedTo = state.eMarks[end - 1] ?? state.src.length;
  const at = state.src.indexOf(marker, state.bMarks[from] ?? state.src.length);
  if (at < 0 || at >= closedTo) return null;
  for (let line = from; line < end; line++) {
    if ((state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line)) return null;
    if ((state.eMarks[line] ?? 0) > at) return line;
  }
  return null;
}

/**
 * `[^1]: text` up to a blank line becomes a paragraph of its text. Plain CommonMark takes `[^1]: word` for a link
 * definition, and drops it.
 */
const footnote: BlockRule = (state, start, end, silent) => {
  const marker = footnoteMarker(state, start);
  if (marker === null) return false;
  if (silent) return true;
  let next = start + 1;
  while (next < end && !state.isEmpty(next) && footnoteMarker(state, next) === null) {
    if ((state.sCount[next] ?? 0) < state.blkIndent) break;
    next++;
  }
  const text = state.getLines(start, next, state.blkIndent, false).trim();
  state.push('paragraph_open', 'p', 1).meta = { footnote: marker.slice(2, -2) } satisfies FootnoteMeta;
  const inline = state.push('inline', '', 0);
  inline.content = text.slice(marker.length).trim();
  inline.map = [start, next];
  inline.children = [];
  state.push('paragraph_close', 'p', -1);
  state.line = next;
  return true;
};

function footnoteMarker(state: StateBlock, line: number): string | null {
  if (isCode(state, line)) return null;
  return /^\[\^[^\]\s]{1,100}\]:/.exec(lineText(state, line).slice(0, 110))?.[0] ?? null;
}
