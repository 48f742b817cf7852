import { htmlText } from '../html-text.ts';
import { cleanLine, TextBuilder } from '../plain-text.ts';
import { clipTitle } from '../titles.ts';
import { InlineText, TASK } from './inline-text.ts';
import type { Token } from './types.ts';

export interface Flattened {
  readonly content: string;
  /** Without the #heading, unique, in order. */
  readonly links: readonly string[];
  readonly tags: readonly string[];
}

/** The text of the first heading of level 1, else of the first heading, else ''. */
export function firstHeading(tokens: readonly Token[]): string {
  let first = '';
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'html_block' && /<h1[\s>]/i.test(token.content)) {
      const heading = clipTitle(htmlText(token.content, true).heading);
      if (heading !== '') return heading;
    }
    if (token.type !== 'heading_open' || token.level > 0) continue;
    const text = clipTitle(new InlineText().render(tokens[i + 1]?.children ?? []));
    if (text !== '' && token.tag === 'h1') return text;
    first ||= text;
  }
  return first;
}

/**
 * Tokens as plain text: paragraphs apart, headings, list items and table rows on lines of
 * their own, code set in by four spaces, formulas as text.
 *
 * @param title  not repeated when the text starts with it as a heading
 */
export function flatten(tokens: readonly Token[], title: string): Flattened {
  const flattener = new Flattener(title);
  for (const token of tokens) flattener.add(token);
  return flattener.result();
}

const CODE_INDENT = '    ';

class Flattener {
  readonly #title: string;
  readonly #out = new TextBuilder();
  readonly #inline = new InlineText();
  #listDepth = 0;
  /** Cells of the table row at hand, null outside a table. */
  #row: string[] | null = null;
  #inHeading = false;

  constructor(title: string) {
    this.#title = title;
  }

  result(): Flattened {
    return { content: this.#out.toString(), links: this.#inline.links(), tags: this.#inline.tags() };
  }

  add(token: Token): void {
    switch (token.type) {
      case 'inline':
        this.#addInline(this.#inline.render(token.children ?? [], this.#row !== null));
        break;
      case 'fence':
      case 'code_block':
        // Set in as it would be without a fence: so an answer can tell it from sentences.
        this.#block(token.content.trimEnd().replace(/^(?=.)/gm, CODE_INDENT));
        break;
      case 'math_block':
        this.#block(this.#inline.math(token.content));
        break;
      case 'html_block':
        this.#block(htmlText(token.content, true).body);
        break;
      default:
        this.#addStructure(token);
    }
  }

  #addStructure(token: Token): void {
    if (token.tag === 'ul' || token.tag === 'ol') {
      if (token.nesting === 1) this.#break();
      this.#listDepth += token.nesting;
    } else if (token.type === 'list_item_open') {
      this.#out.prefix(`${'  '.repeat(this.#listDepth - 1)}${token.info === '' ? '-' : `${token.info}.`} `);
      this.#break();
    } else if (token.type === 'list_item_close') {
      this.#out.prefix('');
    } else if (token.type === 'tr_open') {
      this.#row = [];
    } else if (token.type === 'tr_close') {
      this.#closeRow();
    } else if (token.type === 'table_open') {
      this.#break();
    } else if (token.type === 'heading_open') {
      this.#inHeading = true;
    }
  }

  #addInline(text: string): void {
    if (this.#row) {
      this.#row.push(cleanLine(text));
    } else if (this.#inHeading) {
      this.#inHeading = false;
      const heading = cleanLine(text);
      if (heading === '' || (this.#out.isEmpty && heading === this.#title)) return;
      this.#block(heading);
      this.#out.glue();
    } else {
      this.#block(this.#listDepth > 0 ? text.replace(TASK, '') : text);
    }
  }

  #block(text: string): void {
    if (text.trim() === '') return;
    this.#break();
    this.#out.append(text);
  }

  /** Between blocks: a blank line, but within a list only a line break. */
  #break(): void {
    if (this.#listDepth > 0) this.#out.breakLine();
    else this.#out.breakParagraph();
  }

  #closeRow(): void {
    const cells = this.#row ?? [];
    this.#row = null;
    if (cells.every((cell) => cell === '')) return;
    this.#out.breakLine();
    this.#out.append(cells.join(' | '));
  }
}
