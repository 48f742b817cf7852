import type { MarkdownIt, Token } from 'markdown-it';
import { HTML_NAMES } from '../../lib/ingest/markdown/inline-text.ts';

/** What does something instead of saying something is shown as it is written. */
const ACTIVE =
  /^(?:button|embed|form|iframe|input|link|meta|noscript|object|option|script|select|style|template|textarea)$/;
/** A picture as HTML; the token is the one it stands for. */
export type DrawPicture = (token: Token, src: string, alt: string) => string;

const NAME = /^<\/?([a-z][\w-]*)/i;

/**
 * HTML in a note, tag by tag and never obeyed: <br> breaks the line, <img> is a picture like any
 * other, what else lays out text leaves the text. Code that looks like a tag is text.
 */
export function addNoteHtml(parser: MarkdownIt, picture: DrawPicture): void {
  // A block of HTML would keep the Markdown after it from being read; line by line it does not.
  parser.block.ruler.disable('html_block');
  const { escapeHtml } = parser.utils;
  parser.renderer.rules.html_inline = (tokens, index) => {
    const token = tokens[index];
    const tag = token?.content ?? '';
    const kind = kindOf(tag);
    if (token && kind === 'picture')
      return picture(token, attributeOf(parser, tag, 'src'), attributeOf(parser, tag, 'alt'));
    if (kind === 'break') return '<br>\n';
    if (kind === 'text') return escapeHtml(tag);
    return /^<\/?t[dh]\b/i.test(tag) ? ' ' : ''; // cells stay apart
  };
  parser.core.ruler.push('empty-html', ({ tokens }) => {
    tokens.forEach((token, i) => {
      const [open, close] = [tokens[i - 1], tokens[i + 1]];
      if (open?.type !== 'paragraph_open' || !close || !(token.children ?? []).every(isNothing)) return;
      open.hidden = close.hidden = true;
      // A block's address may stand below it.
      token.children = (token.children ?? []).filter(({ type }) => type === 'block_id');
    });
  });
}

/** Notes set paragraphs apart with <br>, which paragraphs are already. */
function isNothing({ type, content }: Token): boolean {
  if (type === 'html_inline') return ['break', 'layout'].includes(kindOf(content));
  return (
    /^(?:softbreak|hardbreak|comment|block_id)$/.test(type) || (type === 'text' && content.trim() === '')
  );
}

function kindOf(tag: string): 'break' | 'picture' | 'layout' | 'text' {
  const name = NAME.exec(tag)?.[1]?.toLowerCase();
  if (name === undefined) return 'layout'; // a comment
  if (name === 'br') return 'break';
  if (name === 'img') return 'picture';
  return HTML_NAMES.has(name) && !ACTIVE.test(name) ? 'layout' : 'text';
}

function attributeOf(parser: MarkdownIt, tag: string, name: string): string {
  const [, ...values] =
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'=<>\`]+))`, 'i').exec(tag) ?? [];
  return parser.utils.unescapeAll(values.find((value) => value !== undefined) ?? '');
}
