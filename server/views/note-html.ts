import type { MarkdownIt, Token } from 'markdown-it';
import { HTML_NAMES } from '../../lib/ingest/markdown/inline-text.ts';
import { escapeHtml, rule } from './rules.ts';

/** Elements that act instead of laying out text. Their tags are shown as text. */
const ACTIVE =
  /^(?:button|embed|form|iframe|input|link|meta|noscript|object|option|script|select|style|template|textarea)$/;
/** Renders a picture as HTML, for the given token. */
export type DrawPicture = (token: Token, src: string, alt: string) => string;

const NAME = /^<\/?([a-z][\w-]*)/i;

/**
 * Handles HTML in a note tag by tag, without ever passing it through: <br> and </summary> break the line, <img> is
 * handled like any picture, tags that lay out text are dropped, and everything else is shown as text.
 */
export function addNoteHtml(parser: MarkdownIt, picture: DrawPicture): void {
  // As a block, HTML would keep the Markdown after it from being parsed; inline it does not.
  parser.block.ruler.disable('html_block');
  parser.renderer.rules.html_inline = rule((token) => {
    const tag = token.content;
    const kind = kindOf(tag);
    if (kind === 'picture')
      return picture(token, attributeOf(parser, tag, 'src'), attributeOf(parser, tag, 'alt'));
    if (kind === 'break') return '<br>\n';
    if (kind === 'text') return escapeHtml(tag);
    return /^<\/?t[dh]\b/i.test(tag) ? ' ' : ''; // keeps table cells apart
  });
  parser.core.ruler.push('empty-html', ({ tokens }) => {
    tokens.forEach((token, i) => {
      const [open, close] = [tokens[i - 1], tokens[i + 1]];
      if (open?.type !== 'paragraph_open' || !close || !(token.children ?? []).every(isNothing)) return;
      open.hidden = close.hidden = true;
      // A block's ^id may stand in a paragraph below it.
      token.children = (token.children ?? []).filter(({ type }) => type === 'block_id');
    });
  });
}

/** Notes often separate paragraphs with <br>, which the page's layout does already. */
function isNothing({ type, content }: Token): boolean {
  if (type === 'html_inline') return ['break', 'layout'].includes(kindOf(content));
  return (
    /^(?:softbreak|hardbreak|comment|block_id)$/.test(type) || (type === 'text' && content.trim() === '')
  );
}

function kindOf(tag: string): 'break' | 'picture' | 'layout' | 'text' {
  const name = NAME.exec(tag)?.[1]?.toLowerCase();
  if (name === undefined) return 'layout'; // a comment
  // Without the element, its summary would run into the text.
  if (name === 'br' || /^<\/summary\b/i.test(tag)) return 'break';
  if (name === 'img') return 'picture';
  return HTML_NAMES.has(name) && !ACTIVE.test(name) ? 'layout' : 'text';
}

function attributeOf(parser: MarkdownIt, tag: string, name: string): string {
  const [, ...values] =
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'=<>\`]+))`, 'i').exec(tag) ?? [];
  return parser.utils.unescapeAll(values.find((value) => value !== undefined) ?? '');
}
