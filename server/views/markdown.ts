import createMarkdownIt, { type MarkdownIt, type StateInline } from 'markdown-it';
import { KoreanFriendly } from '../../lib/ingest/markdown/parser.ts';

/** Where the links and pictures of a note lead; null for nowhere. */
export interface Destinations {
  link(name: string): string | null;
  image(path: string): string | null;
}

/** Deeper quotes and lists are text: a hostile note may nest ten thousand. */
const DEEPEST = 40;

/**
 * A Markdown note as HTML for a page with a strict content policy: HTML inside it is shown, not
 * obeyed; links lead to indexed notes or to http, https and mailto; pictures come from the
 * indexed folder or not at all; nothing has a style or an event handler.
 */
export function renderMarkdown(source: string, destinations: Destinations): string {
  return makeParser(destinations).render(source);
}

type Rule = NonNullable<MarkdownIt['renderer']['rules']['image']>;

function makeParser(destinations: Destinations): MarkdownIt {
  const parser = createMarkdownIt({ html: false, linkify: false, maxNesting: DEEPEST });
  parser.inline.State = KoreanFriendly;
  parser.inline.ruler.before('link', 'wikilink', (state, silent) => {
    const match = /^!?\[\[([^[\]\n]{1,300})\]\]/.exec(state.src.slice(state.pos, state.pos + 310));
    if (!match) return false;
    if (!silent) pushWikilink(state, match[1] ?? '', match[0].startsWith('!'), destinations);
    state.pos += match[0].length;
    return true;
  });
  parser.inline.ruler.before('escape', 'math', (state, silent) => {
    const match = /^(\$\$?)(?!\s)([^$]{1,2000}?)\1/.exec(state.src.slice(state.pos, state.pos + 2010));
    if (!match || /\s$/.test(match[2] ?? '')) return false;
    if (!silent) {
      const token = state.push('code_inline', 'code', 0);
      token.content = (match[2] ?? '').trim();
      token.attrSet('class', match[1] === '$$' ? 'math block' : 'math');
    }
    state.pos += match[0].length;
    return true;
  });
  const { rules } = parser.renderer;
  rules.link_open = linkOpen(destinations);
  rules.image = image(destinations);
  // Alignment comes as a style attribute, which the page's policy forbids.
  const align: Rule = (tokens, index, options, _env, self) => {
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

function linkOpen(destinations: Destinations): Rule {
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

function image(destinations: Destinations): Rule {
  return (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const path = decode(String(token?.attrGet('src') ?? ''));
    const found = /^[a-z]+:/i.test(path) ? null : destinations.image(path);
    const alt = token?.content ?? '';
    if (!token || found === null)
      return `<span class="missing">${createMarkdownIt().utils.escapeHtml(alt || path)}</span>`;
    token.attrs = [
      ['src', found],
      ['alt', alt],
      ['loading', 'lazy'],
    ];
    return self.renderToken(tokens, index, options);
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
