import createMarkdownIt, { type MarkdownIt, type StateInline } from 'markdown-it';
import { addBlockRules, addCallouts } from './blocks.ts';
import { addInlineRules } from './inlines.ts';

/**
 * CommonMark with tables, strike-through and HTML, and the additions of note-taking programs: wikilinks and embeds,
 * %%comments%%, ==highlights==, $mathematics$, footnotes, callouts.
 *
 * Nesting deeper than 100 levels is not parsed: no person writes it, and the limit bounds the time for hostile
 * input.
 */
export function createParser(): MarkdownIt {
  const parser = createMarkdownIt({ html: true, maxNesting: 100 });
  // Keeps an escaped \# apart from the text around it, so that it is not taken for a tag.
  parser.core.ruler.disable(['text_join']);
  parser.inline.State = KoreanFriendly;
  addBlockRules(parser);
  addInlineRules(parser);
  addCallouts(parser, () => '');
  return parser;
}

/** Scripts in which no space separates a letter from the markup beside it: Hangul, kana, ideographs. */
const UNSPACED = /[\p{sc=Hangul}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/**
 * CommonMark shows `**"말"**은` with its asterisks, because in English a quote, two asterisks and a letter in a row
 * close nothing. Beside a letter of an unspaced script, asterisks may open and close emphasis here.
 */
export class KoreanFriendly extends createMarkdownIt.StateInline {
  override scanDelims(start: number, canSplitWord: boolean): ReturnType<StateInline['scanDelims']> {
    const scanned = super.scanDelims(start, canSplitWord);
    if (!canSplitWord) return scanned; // underscores occur inside words
    const before = this.src[start - 1] ?? ' ';
    const after = this.src[start + scanned.length] ?? ' ';
    return {
      ...scanned,
      can_open: scanned.can_open || (UNSPACED.test(before) && /\S/.test(after)),
      can_close: scanned.can_close || (UNSPACED.test(after) && /\S/.test(before)),
    };
  }
}
