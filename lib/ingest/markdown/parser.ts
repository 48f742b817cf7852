import createMarkdownIt, { type MarkdownIt, type StateInline } from 'markdown-it';
import { addBlockRules, addCallouts } from './blocks.ts';
import { addInlineRules } from './inlines.ts';

/**
 * CommonMark with tables and strike-through, HTML, and what note-taking programs add: wikilinks
 * and embeds, %%comments%%, ==highlights==, $mathematics$, footnotes, callouts.
 *
 * Nesting deeper than 100 levels is not read: what a person writes never is, and it bounds the
 * time that hostile input takes.
 */
export function createParser(): MarkdownIt {
  const parser = createMarkdownIt({ html: true, maxNesting: 100 });
  // Without joining, an escaped \# stays apart from text and is not taken for a tag.
  parser.core.ruler.disable(['text_join']);
  parser.inline.State = KoreanFriendly;
  addBlockRules(parser);
  addInlineRules(parser);
  addCallouts(parser, () => '');
  return parser;
}

/** Hangul, kana, ideographs: no space stands between such a letter and the mark-up beside it. */
const UNSPACED = /[\p{sc=Hangul}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/**
 * CommonMark reads `**"말"**은` as asterisks, because a quote, two stars and a letter in a row
 * close nothing in English. Beside a letter of an unspaced script they open and close.
 */
export class KoreanFriendly extends createMarkdownIt.StateInline {
  override scanDelims(start: number, canSplitWord: boolean): ReturnType<StateInline['scanDelims']> {
    const scanned = super.scanDelims(start, canSplitWord);
    if (!canSplitWord) return scanned; // underscores stay within words
    const before = this.src[start - 1] ?? ' ';
    const after = this.src[start + scanned.length] ?? ' ';
    return {
      ...scanned,
      can_open: scanned.can_open || (UNSPACED.test(before) && /\S/.test(after)),
      can_close: scanned.can_close || (UNSPACED.test(after) && /\S/.test(before)),
    };
  }
}
