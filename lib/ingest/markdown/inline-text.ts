import { MOST_LINKS } from '../../document.ts';
import { pictureText } from '../alternative-text.ts';
import { htmlText } from '../html-text.ts';
import { cleanLine } from '../plain-text.ts';
import { mathText } from './math-text.ts';
import { MathReader } from './mathml.ts';
import type { Token } from './types.ts';

/** A tag starts a word, and is neither a number nor a C preprocessor line. */
const TAG =
  /(?<=^|\s)#(?!(?:include|define|undef|ifn?def|endif|pragma)(?![a-z]))([\p{L}\p{N}_/-]*[\p{L}_][\p{L}\p{N}_/-]*)/gu;
/** The box of a task in a list. */
export const TASK = /^\[([ xX])\] +/;
/** " ^a1b2c3" or " ^my-claim" at the end of a block is its block id; " ^2" is a power. */
const BLOCK_ID = /(?:^|\s)\^(?!\d{1,5}$)([a-zA-Z\d-]+)$/;
/** Names of HTML elements in running text; `List<String>` is not HTML. */
export const HTML_NAMES = new Set(
  (
    'a abbr address article aside audio b bdi bdo big blockquote br button caption center cite code col colgroup ' +
    'data dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr i iframe img input ins kbd label legend li link main mark meta nav noscript object ol option p ' +
    'param picture pre progress q rp rt ruby s samp script section select small source span strike strong style ' +
    'sub summary sup svg table tbody td template textarea tfoot th thead time tr track tt u ul var video wbr'
  ).split(' '),
);

/** Renders inline tokens as text, and collects the links and #tags it meets. */
export class InlineText {
  readonly #links = new Set<string>();
  readonly #tags = new Set<string>();
  readonly #maths: MathReader;

  constructor(maths = new MathReader()) {
    this.#maths = maths;
  }

  links(): string[] {
    return [...this.#links];
  }

  tags(): string[] {
    return [...this.#tags];
  }

  /** A formula, given with its dollar signs, as readable text. */
  math(written: string): string {
    return mathText(written, this.#maths);
  }

  /** @param isInCell whether the tokens are a table cell, which has no block id */
  render(tokens: readonly Token[], isInCell = false): string {
    const parts: string[] = [];
    /** The same text with a placeholder for everything that is not plain text. Tags are searched in this. */
    const plain: string[] = [];
    let inside: string | null = null; // the <script> or <style> whose text is left out
    for (const token of tokens) {
      if (token.type === 'html_inline') inside = scriptAround(token.content, inside);
      const text = inside === null ? this.#renderOne(token) : '';
      parts.push(text);
      plain.push(isPlain(token) || text === '\n' ? text : '\u0001');
    }
    const joined = plain.join('');
    if (joined.includes('#')) for (const [, tag = ''] of joined.matchAll(TAG)) this.#addTag(tag);
    const text = parts.join('');
    return (!isInCell && addressOf(tokens) ? text.replace(BLOCK_ID, '') : text).trim();
  }

  #renderOne(token: Token): string {
    switch (token.type) {
      case 'softbreak':
      case 'hardbreak':
        return '\n';
      case 'image':
        return pictureText(this.render(token.children ?? []));
      case 'html_inline':
        return renderTag(token.content);
      case 'math':
        return this.math(token.content);
      case 'wikilink':
        this.#addLink(String(token.meta?.target ?? ''));
        return token.content;
      case 'link_open':
        this.#addLink(noteTarget(String(token.attrGet('href') ?? '')));
        return '';
      default:
        return token.content; // '' for opening and closing tokens
    }
  }

  #addLink(target: string): void {
    const clean = cleanLine(target);
    if (clean !== '' && this.#links.size < MOST_LINKS) this.#links.add(clean);
  }

  #addTag(tag: string): void {
    const clean = cleanLine(tag).replace(/[/-]+$/, '');
    if (clean !== '') this.#tags.add(clean);
  }
}

/** The block id at the end of a block's tokens, if it is plain text rather than code or emphasis; else null. */
export function addressOf(tokens: readonly Token[]): RegExpExecArray | null {
  const last = tokens.at(-1);
  const address = last?.type === 'text' ? BLOCK_ID.exec(last.content) : null;
  // Text right after the end of an emphasis is not a word of its own.
  const before = tokens.at(-2)?.type;
  const isJoined = address?.[0].startsWith('^') && before !== undefined && !/break$|^task/.test(before);
  return isJoined ? null : address;
}

/** Emphasis may separate the space from the # of a tag, a link may not. */
function isPlain(token: Token): boolean {
  return token.type === 'text' || (token.content === '' && /^(?:em|strong|s|mark)_/.test(token.type));
}

/** The path of a relative link to a Markdown file, decoded, without #heading; '' for any other link. */
function noteTarget(href: string): string {
  const path = href.split(/[?#]/, 1)[0] ?? '';
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(path) || !/\.(?:md|markdown)$/i.test(path)) return '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % is part of the name
  }
}

function renderTag(html: string): string {
  const name = /^<\/?([a-z][\w-]*)/i.exec(html)?.[1]?.toLowerCase();
  if (name === undefined) return ''; // a comment or declaration
  if (name === 'br') return '\n';
  if (name === 'img') return htmlText(html, true).body;
  return HTML_NAMES.has(name) || name.includes('-') ? '' : html;
}

/** The element whose text is to be left out after this tag. */
function scriptAround(html: string, inside: string | null): string | null {
  if (inside !== null) return new RegExp(`^</${inside}\\b`, 'i').test(html) ? null : inside;
  return /^<(script|style)\b/i.exec(html)?.[1]?.toLowerCase() ?? null;
}
