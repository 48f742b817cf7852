import { htmlText } from '../html-text.ts';
import { cleanLine, TextBuilder } from '../plain-text.ts';
import { clipTitle, isTemplate } from '../titles.ts';
import { InlineText, TASK } from './inline-text.ts';
import { MathReader } from './mathml.ts';
import type { Token } from './types.ts';

interface Flattened {
  readonly content: string;
  /** Targets without #heading, distinct, in order. */
  readonly links: readonly string[];
  readonly tags: readonly string[];
}

/**
 * The text of the first heading, if that is the title of the note; else ''. It must have no template placeholder.
 * At level 1, no text may precede it, or no other heading may have level 1. At a lower level, no text may precede
 * it, and there must be other headings, all of lower rank.
 */
export function titleHeading(tokens: readonly Token[]): string {
  let hasTextBefore = false;
  const headings: NonNullable<ReturnType<typeof headingAt>>[] = [];
  const maths = new MathReader();
  for (const [i, token] of tokens.entries()) {
    const heading = headingAt(tokens, i, maths);
    if (heading) headings.push(heading);
    else hasTextBefore ||= headings.length === 0 && saysSomething(token, maths);
  }
  const [first, ...others] = headings;
  if (!first || first.isBlank) return '';
  const isOverAll = others.every(({ level }) => level > first.level);
  const isTitle =
    first.level === 1 ? isOverAll || !hasTextBefore : isOverAll && !hasTextBefore && others.length > 0;
  return isTitle ? first.text : '';
}

/** The heading that starts at token i, in Markdown or HTML; null for none, or one without text. */
function headingAt(tokens: readonly Token[], i: number, maths: MathReader) {
  const { type, tag, level, content } = tokens[i] as Token;
  if (type === 'html_block' && /<h1[\s>]/i.test(content)) {
    const text = clipTitle(htmlText(content, true).heading);
    return text === '' ? null : { level: 1, text, isBlank: isTemplate(text) };
  }
  if (type !== 'heading_open' || level > 0) return null;
  const children = tokens[i + 1]?.children ?? [];
  const text = clipTitle(headingText(children, maths));
  // `{{ }}` in code and formulas is not a placeholder.
  const plain = children.map((token) => (token.type === 'text' ? token.content : '')).join('');
  return text === '' ? null : { level: Number(tag.slice(1)), text, isBlank: isTemplate(plain) };
}

/**
 * Pictures beside the words of a heading are badges and left out. A heading of pictures only has their alternative
 * texts.
 */
function headingText(children: readonly Token[], maths: MathReader): string {
  const words = children.filter((token) => !isPicture(token));
  return new InlineText(maths).render(words) || new InlineText(maths).render(children);
}

function isPicture({ type, content }: Token): boolean {
  return type === 'image' || (type === 'html_inline' && /^<img\b/i.test(content));
}

/** Whether a block has more than comments and pictures. */
function saysSomething({ type, content, children }: Token, maths: MathReader): boolean {
  if (type === 'comment') return false;
  if (type === 'html_block') return htmlText(content.replace(/<img\b[^<>]*>/gi, ''), true).body !== '';
  if (type !== 'inline') return content.trim() !== '';
  return (
    new InlineText(maths).render(
      (children ?? []).filter(({ type }) => !/^(?:image|html_inline)$/.test(type)),
    ) !== ''
  );
}

/**
 * Tokens as plain text: paragraphs separated by blank lines, headings, list items and table rows on lines of their
 * own, code indented by four spaces, formulas as readable text.
 *
 * @param title  left out if the text starts with it as a heading
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
  /** Headings are read once more, without their pictures. */
  readonly #headingMaths = new MathReader();
  #listDepth = 0;
  /** Cells of the current table row; null outside a table. */
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
        this.#addInline(token.children ?? []);
        break;
      case 'fence':
      case 'code_block':
        // Indented as code without a fence, so that answers can tell it from sentences.
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

  #addInline(children: readonly Token[]): void {
    const text = this.#inline.render(children, this.#row !== null);
    if (this.#row) {
      this.#row.push(cleanLine(text));
    } else if (this.#inHeading) {
      this.#inHeading = false;
      const heading = cleanLine(headingText(children, this.#headingMaths));
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

  /** A blank line between blocks, but only a line break within a list. */
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
