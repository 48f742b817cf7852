import type { MarkdownIt, StateCore, Token } from 'markdown-it';
import { addBlockRules } from '../../lib/ingest/markdown/blocks.ts';
import { addressOf, TASK } from '../../lib/ingest/markdown/inline-text.ts';
import { addInlineRules } from '../../lib/ingest/markdown/inlines.ts';
import { fold } from '../../lib/text/fold.ts';
import type { Translate } from '../i18n.ts';
import { escapeHtml, rule } from './rules.ts';

/**
 * Renders the Markdown extensions of note-taking programs with the same parsing rules as the index, so
 * that both have the same text: comments are dropped, ==highlights== marked, tasks shown with boxes,
 * footnotes linked in both directions, and headings and a block's ^id become link targets.
 *
 * The generated ids contain ^ or a colon, which no other id of the page does.
 *
 * @param anchors  gets the ids of the headings
 */
export function addNoteMarks(parser: MarkdownIt, t: Translate, anchors: Set<string>): void {
  addBlockRules(parser);
  addInlineRules(parser);
  const { rules } = parser.renderer;
  // Runs before adjacent texts are joined, while an escaped \[ or \^ is still a token of its own.
  parser.core.ruler.before('text_join', 'note-marks', (state) => {
    addTasks(state);
    addBlockIds(state);
    addAnchors(state, anchors);
    numberFootnotes(state);
    for (const { children } of state.tokens)
      for (const token of children ?? []) if (token.type === 'mark_open') token.attrSet('class', 'own');
  });
  rules.comment = () => '';
  rules.task_open = rule(
    ({ meta }) => `<label><input type="checkbox" disabled${meta?.done ? ' checked' : ''}> `,
  );
  rules.task_close = () => '</label>';
  rules.item_mark = rule(
    ({ content }) => `<span class="item-mark">${escapeHtml(content.slice(1, -1))}</span> `,
  );
  rules.block_id = rule(({ meta }) => `<span id="^${escapeHtml(String(meta?.id))}"></span>`);
  rules.footnote = rule(({ meta }) => {
    const { footnote, number, isFirst } = meta ?? {};
    if (number === undefined) return escapeHtml(`[^${footnote}]`);
    const label = escapeHtml(t('document.footnote', { number: Number(number) }));
    const id = isFirst ? ` id="reference:${number}"` : '';
    return `<sup${id}><a href="#note:${number}" aria-label="${label}">${number}</a></sup>`;
  });
  rules.footnote_number = rule(({ meta }) => `<span id="note:${meta?.number}">${meta?.number}.</span> `);
  rules.footnote_back = rule(({ meta }) => {
    const number = Number(meta?.number);
    // U+FE0E asks for a text arrow instead of an emoji.
    return ` <a href="#reference:${number}" aria-label="${escapeHtml(t('document.footnote.back', { number }))}">↩\ufe0e</a>`;
  });
}

function make(state: StateCore, type: string, nesting: -1 | 0 | 1, meta: Record<string, unknown>): Token {
  const token = new state.Token(type, '', nesting);
  token.meta = meta;
  return token;
}

/** The box of an item that is neither open nor done, such as `[/]` for begun. Letters and digits are references. */
const MARKED = /^(\[[^\p{L}\p{N}\s[\]^]\]) +/u;

/**
 * Gives a task a checkbox with the task's text as its label, and shows the mark of any other item with a box. The token
 * of a mark keeps the text as it is in the index, for `highlight`.
 */
function addTasks(state: StateCore): void {
  state.tokens.forEach((token, i) => {
    const item = state.tokens[i - 2];
    const { children } = token;
    const [first] = children ?? [];
    if (item?.type !== 'list_item_open' || token.type !== 'inline' || !children || first?.type !== 'text')
      return;
    const task = TASK.exec(first.content);
    const [whole = '', box = ''] = task ?? MARKED.exec(first.content) ?? [];
    if (whole === '') return;
    item.attrJoin('class', 'task');
    first.content = first.content.slice(whole.length);
    if (task) {
      children.unshift(make(state, 'task_open', 1, { done: box !== ' ' }));
      children.push(make(state, 'task_close', -1, {}));
    } else children.unshift(Object.assign(make(state, 'item_mark', 0, {}), { content: box }));
  });
}

/** The id of a heading with this text: the same for [[Note#Heading]] as for note.md#heading. */
export function anchorOf(heading: string): string {
  return `heading:${fold(heading)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')}`;
}

/** Gives headings an id; of those with the same text, the first. */
function addAnchors({ tokens }: StateCore, anchors: Set<string>): void {
  tokens.forEach((token, i) => {
    if (token.type !== 'heading_open') return;
    const said = (tokens[i + 1]?.children ?? []).filter(({ type }) => type !== 'html_inline');
    const id = anchorOf(said.map(({ content }) => content).join(''));
    if (id.endsWith(':') || anchors.has(id)) return;
    token.attrSet('id', id);
    anchors.add(id);
  });
}

function addBlockIds(state: StateCore): void {
  const known = new Set<string>();
  for (const [i, { children }] of state.tokens.entries()) {
    if (/^t[dh]_open$/.test(state.tokens[i - 1]?.type ?? '')) continue;
    const at = children?.findLastIndex(({ type }) => type !== 'task_close') ?? -1;
    const last = children?.[at];
    const address = last ? addressOf(children.slice(0, at + 1)) : null;
    if (!last || !address) continue;
    const [, id = ''] = address;
    last.content = last.content.slice(0, address.index);
    if (!known.has(id)) children?.splice(at + 1, 0, make(state, 'block_id', 0, { id }));
    known.add(id);
  }
}

/** Numbers footnotes in the order of their first reference. Unreferenced ones get no number. */
function numberFootnotes(state: StateCore): void {
  const { tokens } = state;
  const notes = new Map<string, Token>();
  tokens.forEach(({ meta }, i) => {
    const inline = tokens[i + 1];
    const label = String(meta?.footnote ?? '');
    if (label !== '' && inline && !notes.has(label)) notes.set(label, inline);
  });
  const numbers = new Map<string, number>();
  for (const { children } of tokens) {
    for (const token of children ?? []) {
      const label = String(token.meta?.footnote ?? '');
      if (token.type !== 'footnote' || !notes.has(label)) continue;
      const isFirst = !numbers.has(label);
      if (isFirst) numbers.set(label, numbers.size + 1);
      token.meta = { ...token.meta, number: numbers.get(label), isFirst };
    }
  }
  for (const [label, number] of numbers) {
    const inline = notes.get(label);
    inline?.children?.unshift(make(state, 'footnote_number', 0, { number }));
    inline?.children?.push(make(state, 'footnote_back', 0, { number }));
  }
}
