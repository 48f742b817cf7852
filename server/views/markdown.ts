import createMarkdownIt, { type MarkdownIt, type RendererRule, type StateInline } from 'markdown-it';
import { INTERRUPTS, mathBlock } from '../../lib/ingest/markdown/blocks.ts';
import { math } from '../../lib/ingest/markdown/inlines.ts';
import { MathReader, texOf } from '../../lib/ingest/markdown/mathml.ts';
import { KoreanFriendly } from '../../lib/ingest/markdown/parser.ts';
import { highlight } from './highlight.ts';
import { mathMarkup } from './math-markup.ts';
import { addNoteHtml } from './note-html.ts';

/** Where the links and pictures of a note lead; null for nowhere. */
export interface Destinations {
  link(name: string): string | null;
  image(path: string): string | null;
}

/** Deeper quotes and lists are text: a hostile note may nest ten thousand. */
const DEEPEST = 40;

/**
 * A Markdown note as HTML for a page with a strict content policy: HTML inside it is read, not
 * obeyed; links lead to indexed notes or to http, https and mailto; pictures come from the
 * indexed folder or not at all; formulas are MathML; nothing has a style or an event handler.
 *
 * @param sentence  of the indexed text, to be marked where the note has it
 */
export function renderMarkdown(source: string, destinations: Destinations, sentence = ''): string {
  const parser = makeParser(destinations);
  if (sentence !== '') parser.core.ruler.push('highlight', (state) => highlight(state, sentence));
  return parser.render(source);
}

type Escape = MarkdownIt['utils']['escapeHtml'];

function makeParser(destinations: Destinations): MarkdownIt {
  const parser = createMarkdownIt({ html: true, linkify: false, maxNesting: DEEPEST });
  parser.inline.State = KoreanFriendly;
  parser.inline.ruler.before('link', 'wikilink', (state, silent) => {
    const match = /^!?\[\[([^[\]\n]{1,300})\]\]/.exec(state.src.slice(state.pos, state.pos + 310));
    if (!match) return false;
    if (!silent) pushWikilink(state, match[1] ?? '', match[0].startsWith('!'), destinations);
    state.pos += match[0].length;
    return true;
  });
  parser.inline.ruler.before('link', 'math', math);
  parser.block.ruler.before('fence', 'math_block', mathBlock, INTERRUPTS);
  const { rules } = parser.renderer;
  const { escapeHtml } = parser.utils;
  const picture = (src: string, alt: string) => pictureOf(destinations, src, alt, escapeHtml);
  rules.link_open = linkOpen(destinations);
  rules.image = (tokens, index) => {
    const token = tokens[index];
    return picture(String(token?.attrGet('src') ?? ''), token?.content ?? '');
  };
  addNoteHtml(parser, picture);
  const reader = new MathReader();
  const formulaOf: RendererRule = (tokens, index) =>
    formula(tokens[index]?.content ?? '', reader, escapeHtml);
  rules.math = formulaOf;
  // What may be wider than the page scrolls, which takes the keyboard, too.
  rules.math_block = (...args) => `<div class="math" tabindex="0">${formulaOf(...args)}</div>\n`;
  for (const kind of ['fence', 'code_block'] as const) {
    const code = rules[kind];
    if (code) rules[kind] = (...args) => code(...args).replace(/^<pre/, '<pre tabindex="0"');
  }
  rules.table_open = () => '<table tabindex="0">\n';
  // Alignment comes as a style attribute, which the page's policy forbids.
  const align: RendererRule = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const style = String(token?.attrGet('style') ?? '');
    if (token) token.attrs = style === '' ? null : [['class', style.replace(/^text-align:\s*/, 'align-')]];
    return self.renderToken(tokens, index, options);
  };
  rules.th_open = align;
  rules.td_open = align;
  parser.core.ruler.push('callouts', (state) => {
    state.tokens.forEach((token, i) => {
      const inside = state.tokens[i + 2];
      if (token.type !== 'blockquote_open' || inside?.type !== 'inline') return;
      const first = inside.children?.[0];
      const kind = /^\[!(\w+)\][-+]?\s*/.exec(first?.content ?? '');
      if (!kind || !first) return;
      token.attrSet('class', 'callout');
      first.content = first.content.slice(kind[0].length) || (kind[1] ?? '');
    });
  });
  return parser;
}

/** A formula with its dollar signs; its source where it cannot be read. */
function formula(written: string, reader: MathReader, escapeHtml: Escape): string {
  const { tex, display } = texOf(written);
  const read = reader.read(tex, display);
  return read ? mathMarkup(read) : `<code>${escapeHtml(tex)}</code>`;
}

function pushWikilink(state: StateInline, inner: string, embeds: boolean, destinations: Destinations): void {
  const [target = '', shown] = inner.split('|');
  if (embeds && /\.(?:png|jpe?g|gif|webp|avif)$/i.test(target)) {
    const token = state.push('image', 'img', 0);
    token.attrs = [
      ['src', target],
      ['alt', ''],
    ];
    token.content = target;
    token.children = [];
    return;
  }
  const href = destinations.link(target);
  const text = (shown ?? target).trim();
  if (href !== null)
    state.push('link_open', 'a', 1).attrs = [
      ['href', href],
      ['data-inside', ''],
    ];
  state.push('text', '', 0).content = text;
  if (href !== null) state.push('link_close', 'a', -1);
}

function linkOpen(destinations: Destinations): RendererRule {
  return (tokens, index, options, _env, self) => {
    const token = tokens[index];
    if (!token) return '';
    const href = String(token.attrGet('href') ?? '');
    if (token.attrGet('data-inside') !== null) token.attrs = [['href', href]];
    else if (/^(?:https?:|mailto:)/i.test(href)) {
      token.attrSet('rel', 'noopener noreferrer');
    } else {
      const found = destinations.link(decode(href));
      token.attrs = found === null ? null : [['href', found]];
    }
    return self.renderToken(tokens, index, options);
  };
}

/** A picture of the indexed folder; of any other what it shows, or where it is. */
function pictureOf(destinations: Destinations, src: string, alt: string, escapeHtml: Escape): string {
  const path = decode(src);
  const found = /^[a-z]+:/i.test(path) ? null : destinations.image(path);
  const where = /^https?:\/\/([^/?#]+)/i.exec(path)?.[1] ?? path;
  if (found === null) return `<span class="missing">${escapeHtml(alt || where)}</span>`;
  return `<img src="${escapeHtml(found)}" alt="${escapeHtml(alt)}" loading="lazy">`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
