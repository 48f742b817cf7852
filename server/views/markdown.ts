import createMarkdownIt, {
  type MarkdownIt,
  type RendererRule,
  type StateCore,
  type Token,
} from 'markdown-it';
import { addCallouts } from '../../lib/ingest/markdown/blocks.ts';
import { MathReader, texOf } from '../../lib/ingest/markdown/mathml.ts';
import { KoreanFriendly } from '../../lib/ingest/markdown/parser.ts';
import type { WikilinkMeta } from '../../lib/ingest/markdown/types.ts';
import type { Translate } from '../i18n.ts';
import { isPicture } from '../pictures.ts';
import { highlight } from './highlight.ts';
import { mathMarkup } from './math-markup.ts';
import { addNoteHtml, type DrawPicture } from './note-html.ts';
import { addNoteMarks, anchorOf } from './note-marks.ts';
import { escapeHtml, rule } from './rules.ts';

/** Resolve the links and pictures of a note to URLs; null where there is no target. */
export interface Destinations {
  link(name: string): string | null;
  image(path: string): string | null;
}

/** Maximum nesting of quotes and lists; deeper ones stay text. A hostile note may nest ten thousand. */
const DEEPEST = 40;

/**
 * Renders a Markdown note as HTML that is safe under the page's strict Content Security Policy.
 *
 * - HTML in the note is reduced to line breaks, pictures and text (see `addNoteHtml`).
 * - Links lead to indexed notes or to http, https and mailto addresses.
 * - Pictures come from the indexed folder or are not shown.
 * - Formulas become MathML.
 * - No element has a style or an event handler.
 *
 * @param sentence  of the indexed text, to be marked in the note
 */
export function renderMarkdown(
  source: string,
  destinations: Destinations,
  t: Translate,
  sentence = '',
): string {
  const parser = makeParser(destinations, t);
  if (sentence !== '') parser.core.ruler.push('highlight', (state) => highlight(state, sentence));
  return parser.render(source);
}

function makeParser(destinations: Destinations, t: Translate): MarkdownIt {
  const parser = createMarkdownIt({ html: true, linkify: false, maxNesting: DEEPEST });
  parser.inline.State = KoreanFriendly;
  const anchors = new Set<string>();
  addNoteMarks(parser, t, anchors);
  const find: Find = (path, part) => linkTo(destinations, anchors, path, part);
  parser.core.ruler.before('text_join', 'wikilinks', (state) => linkNotes(state, find));
  const { rules } = parser.renderer;
  const picture: DrawPicture = (token, src, alt) =>
    webPicture(src, alt, token.meta?.inLink === true, t) ?? pictureOf(destinations, src, alt);
  rules.link_open = linkOpen(find);
  rules.link_part = rule(({ meta }) => `<span> &gt; ${escapeHtml(String(meta?.part ?? ''))}</span>`);
  rules.image = rule((token) => picture(token, String(token.attrGet('src') ?? ''), token.content));
  rules.attachment = rule((token) => {
    const target = String(token.meta?.target ?? '');
    if (isPicture(target)) return picture(token, target, target);
    const href = find(target, '');
    return href === null ? escapeHtml(target) : `<a href="${escapeHtml(href)}">${escapeHtml(target)}</a>`;
  });
  addNoteHtml(parser, picture);
  const reader = new MathReader();
  rules.math = rule(({ content }) => formula(content, reader));
  // Elements that may be wider than the page scroll, so they must be focusable for the keyboard.
  rules.math_block = rule(
    ({ content }) => `<div class="math" tabindex="0">${formula(content, reader)}</div>\n`,
  );
  for (const kind of ['fence', 'code_block'] as const) {
    const code = rules[kind];
    if (!code) continue;
    rules[kind] = (tokens, index, options, env, self) => {
      const html = code(tokens, index, options, env, self).replace(/^<pre/, '<pre tabindex="0"');
      const { content = '', children = null } = tokens[index] ?? {};
      // `highlight` adds children where part of the code is marked.
      return children
        ? html.replace(escapeHtml(content), () => self.renderInline(children, options, env))
        : html;
    };
  }
  rules.table_open = () => '<table tabindex="0">\n';
  // markdown-it aligns by style attributes, which the Content Security Policy forbids.
  const align: RendererRule = (tokens, index, options, _env, self) => {
    const token = tokens[index] as Token;
    const style = String(token.attrGet('style') ?? '');
    token.attrs = style === '' ? null : [['class', style.replace(/^text-align:\s*/, 'align-')]];
    return self.renderToken(tokens, index, options);
  };
  rules.th_open = align;
  rules.td_open = align;
  addCallouts(parser, (kind) => calloutTitle(kind, t), calloutClass);
  return parser;
}

/** Renders a formula written with its dollar signs; one that cannot be parsed is shown as source. */
function formula(written: string, reader: MathReader): string {
  const { tex, display } = texOf(written);
  const read = reader.read(tex, display);
  return read ? mathMarkup(read) : `<code>${escapeHtml(tex)}</code>`;
}

/**
 * Turns wikilinks to indexed notes into links. Those without a target, or inside another link, become
 * text.
 */
function linkNotes(state: StateCore, find: Find): void {
  const make = (type: string, tag: string, nesting: -1 | 0 | 1) => new state.Token(type, tag, nesting);
  for (const inline of state.tokens) {
    let depth = 0;
    inline.children =
      inline.children?.flatMap((token): Token[] => {
        if (token.type === 'link_open' || token.type === 'link_close') depth += token.nesting;
        if (depth > 0) token.meta = { ...token.meta, inLink: true };
        if (token.type !== 'wikilink') return [token];
        const { path, target, parts, isLabelled } = token.meta as WikilinkMeta;
        const href = depth > 0 ? null : find(path, parts.at(-1) ?? '');
        const text = make('text', '', 0);
        text.content = token.content;
        // Tokens of their own, without content, as the index has only the name.
        const within = target === '' || isLabelled ? [] : parts;
        const shown = [
          text,
          ...within.map((part) => Object.assign(make('link_part', '', 0), { meta: { part } })),
        ];
        if (href === null) return shown;
        const open = make('link_open', 'a', 1);
        open.attrs = [
          ['href', href],
          ['data-inside', ''],
        ];
        return [open, ...shown, make('link_close', 'a', -1)];
      }) ?? null;
  }
}

/** The URL of a link to a note, and to a heading or block in it; null for no target. */
type Find = (path: string, part: string) => string | null;

/**
 * The URL of a link: to a note, and to a heading or a block with an ^id in it or in the current note; null
 * for no target.
 *
 * @param anchors  the ids of the headings of the current note
 * @param part     the heading, or ^ and the id of the block; '' for none
 */
function linkTo(
  destinations: Destinations,
  anchors: ReadonlySet<string>,
  path: string,
  part: string,
): string | null {
  const isBlock = /^\^[a-zA-Z\d-]+$/.test(part);
  const id = isBlock ? part : anchorOf(part);
  const fragment =
    part === '' || id.endsWith(':')
      ? ''
      : `#${encodeURIComponent(id).replace(/%(?:3A|5E)/, decodeURIComponent)}`;
  if (path.startsWith('#')) return isBlock || anchors.has(id) ? fragment : null;
  const href = destinations.link(path);
  return href === null ? null : `${href}${fragment}`;
}

function linkOpen(find: Find): RendererRule {
  return (tokens, index, options, _env, self) => {
    const token = tokens[index] as Token;
    const href = String(token.attrGet('href') ?? '');
    if (token.attrGet('data-inside') !== null) token.attrs = [['href', href]];
    else if (/^(?:https?:|mailto:)/i.test(href)) {
      token.attrSet('rel', 'noopener noreferrer');
    } else {
      const path = decode(href);
      const found = find(path, /#(.*)$/.exec(path)?.[1] ?? '');
      token.attrs = found === null ? null : [['href', found]];
    }
    return self.renderToken(tokens, index, options);
  };
}

/**
 * A link in place of a picture on the web, or its text inside another link. Loading the picture would
 * tell its server who reads the note. Null for any other picture.
 */
function webPicture(src: string, alt: string, isLinked: boolean, t: Translate): string | null {
  const host = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(src)?.[1];
  if (host === undefined) return null;
  const shown = escapeHtml(t('document.picture.web', { picture: alt === '' ? host : `${alt}, ${host}` }));
  if (isLinked) return `<span class="missing">${shown}</span>`;
  return `<a class="missing" href="${escapeHtml(src)}" rel="noopener noreferrer">${shown}</a>`;
}

/** A picture of the indexed folder; for any other its alternative text or path. */
function pictureOf(destinations: Destinations, src: string, alt: string): string {
  const path = decode(src);
  const found = /^[a-z]+:/i.test(path) ? null : destinations.image(path);
  if (found === null) return `<span class="missing">${escapeHtml(alt || path)}</span>`;
  return `<img src="${escapeHtml(found)}" alt="${escapeHtml(alt)}" loading="lazy">`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The common kinds of callouts by the colour they share. Any other kind has the colour of a note. */
const CALLOUTS: Readonly<Record<string, readonly string[]>> = {
  tip: ['tip', 'hint', 'important', 'success', 'check', 'done'],
  warning: ['warning', 'caution', 'attention', 'question', 'help', 'faq'],
  danger: ['danger', 'error', 'bug', 'failure', 'fail', 'missing'],
  example: ['example'],
  quote: ['quote', 'cite'],
};

/** CSS classes of a callout. */
function calloutClass(kind: string): string {
  const [colour] = Object.entries(CALLOUTS).find(([, kinds]) => kinds.includes(kind.toLowerCase())) ?? [];
  return colour === undefined ? 'callout' : `callout callout-${colour}`;
}

/** The title of a callout without one: its kind, in the language of the page where that has a word for it. */
function calloutTitle(kind: string, t: Translate): string {
  const names = t('document.callouts')
    .split('\n')
    .map((line) => line.split(' = '));
  const [, name] = names.find(([written]) => written === kind.toLowerCase()) ?? [];
  return name ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1).toLowerCase()}`;
}
