import type { MarkdownIt } from 'markdown-it';

export type { MarkdownIt, StateBlock, StateCore, StateInline, Token } from 'markdown-it';
export type BlockRule = Parameters<MarkdownIt['block']['ruler']['push']>[1];
export type InlineRule = Parameters<MarkdownIt['inline']['ruler']['push']>[1];

/** What the wikilink rule stores in `token.meta`. */
export interface WikilinkMeta extends Record<string, unknown> {
  /** As written, without the label. */
  readonly path: string;
  /** The path without #heading; '' for a link within the same note. */
  readonly target: string;
  /** The headings or the ^id of a block after the path, outermost first. */
  readonly parts: readonly string[];
  /** Whether the link has a text of its own after |. */
  readonly isLabelled: boolean;
}

/** What the footnote rule stores in `token.meta`. */
export interface FootnoteMeta extends Record<string, unknown> {
  readonly footnote: string;
}
