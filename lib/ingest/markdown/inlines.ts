import type { FootnoteMeta, InlineRule, MarkdownIt, StateInline, WikilinkMeta } from './types.ts';

/** Most characters of a link, highlight, formula or footnote; keeps every search short. */
const LONGEST = 1000;
/** Embeds shown as a picture, player or page, not as words. */
const ATTACHMENT =
  /\.(?:png|jpe?g|gif|svg|webp|bmp|avif|ico|tiff?|heic|mp[34]|m4a|wav|ogg|flac|3gp|webm|ogv|mov|mkv|pdf|canvas|base)$/i;

/** Adds the inline rules for wikilinks, %%comments%%, ==highlights==, formulas and footnotes. */
export function addInlineRules(parser: MarkdownIt): void {
  const { ruler } = parser.inline;
  ruler.before('link', 'wikilink', wikilink);
  ruler.before('link', 'comment', comment);
  ruler.before('link', 'highlight', highlight);
  ruler.before('link', 'math', math);
  ruler.before('link', 'footnote', footnote);
}

/**
 * `[[Note]]`, `[[Note#Part|shown]]` and `![[Note]]`, with what a reader sees as content. `![[picture.png]]` has no
 * text.
 */
const wikilink: InlineRule = (state, silent) => {
  const embed = state.src[state.pos] === '!';
  const from = state.pos + (embed ? 1 : 0);
  if (!state.src.startsWith('[[', from)) return false;
  const end = closing(state, ']]', from + 2, /[[\n]/);
  if (end === null) return false;
  if (!silent) {
    const { meta, shown } = readWikilink(state.src.slice(from + 2, end));
    const isAttached = embed && ATTACHMENT.test(meta.target);
    const token = state.push(isAttached ? 'attachment' : 'wikilink', '', 0);
    token.content = isAttached ? '' : shown;
    token.meta = meta;
  }
  state.pos = end + 2;
  return true;
};

/** Parses the text between [[ and ]]: where it leads, and what a reader sees. */
export function readWikilink(written: string): { readonly meta: WikilinkMeta; readonly shown: string } {
  const [path = '', ...label] = written.split(/\\?\|/);
  // The # of "C# notes" is part of a name.
  const [target = '', ...parts] = path.split(/(?<!(?:^|[\s/])[A-Za-z])#|#(?=\S)/).map((part) => part.trim());
  const name = target.split('/').at(-1)?.replace(/\.md$/i, '') ?? '';
  const part = parts.at(-1)?.replace(/^\^/, '') ?? '';
  const own = label.join('|').trim();
  return { meta: { path: path.trim(), target, parts, isLabelled: own !== '' }, shown: own || name || part };
}

/** `%%never shown%%` */
const comment: InlineRule = (state, silent) => {
  if (!state.src.startsWith('%%', state.pos)) return false;
  const end = state.src.indexOf('%%', state.pos + 2);
  if (end < 0 || end + 2 > state.posMax) return false;
  if (!silent) state.push('comment', '', 0);
  state.pos = end + 2;
  return true;
};

/** `==marked==`, but not the == of a comparison. */
const highlight: InlineRule = (state, silent) => {
  const { src, pos } = state;
  if (!src.startsWith('==', pos) || /[=\s]/.test(src[pos + 2] ?? ' ')) return false;
  if (pos > 0 && /[\w=]/.test(src[pos - 1] ?? '')) return false;
  const end = closing(state, '==', pos + 2, /\n\n/);
  if (end === null || /\s/.test(src[end - 1] ?? ' ')) return false;
  if (!silent) {
    const { posMax } = state;
    state.pos = pos + 2;
    state.posMax = end;
    state.push('mark_open', 'mark', 1);
    state.md.inline.tokenize(state);
    state.push('mark_close', 'mark', -1);
    state.posMax = posMax;
  }
  state.pos = end + 2;
  return true;
};

/** `$a_i$` and `$$a_i$$` as written, because underscores and backslashes inside are not Markdown. */
const math: InlineRule = (state, silent) => {
  const { src, pos } = state;
  if (src[pos] !== '$') return false;
  const marker = src[pos + 1] === '$' ? '$$' : '$';
  const start = pos + marker.length;
  const end = closing(state, marker, start, null);
  if (end === null || end === start) return false;
  // "20$, not 30$" is not a formula: words occur in formulas only with a special character of TeX.
  const inside = src.slice(start, end);
  if (marker === '$' && /\p{L}{3}/u.test(inside) && !/[\\^_{}]/.test(inside)) return false;
  // "$5 and $10" are two prices.
  if (marker === '$' && (/\s/.test(src[start] ?? ' ') || /\s/.test(src[end - 1] ?? ' '))) return false;
  if (marker === '$' && /\d/.test(src[end + 1] ?? '')) return false;
  if (!silent) state.push('math', '', 0).content = src.slice(pos, end + marker.length);
  state.pos = end + marker.length;
  return true;
};

/** `[^1]` is removed, `^[a remark]` stays in parentheses. */
const footnote: InlineRule = (state, silent) => {
  const { src, pos } = state;
  const inline = src.startsWith('^[', pos);
  if (!inline && !src.startsWith('[^', pos)) return false;
  const end = closing(state, ']', pos + 2, inline ? /[[\n]/ : /[[\s]/);
  if (end === null || end === pos + 2 || src[end + 1] === '(' || src[end + 1] === '[') return false;
  if (!silent) {
    const written = src.slice(pos + 2, end);
    if (inline) state.push('text', '', 0).content = ` (${written.trim()})`;
    else state.push('footnote', '', 0).meta = { footnote: written } satisfies FootnoteMeta;
  }
  state.pos = end + 1;
  return true;
};

/**
 * The offset of the next marker, at most LONGEST away; null if there is none, or something forbidden comes first.
 */
function closing(state: StateInline, marker: string, from: number, forbidden: RegExp | null): number | null {
  const text = state.src.slice(from, Math.min(state.posMax, from + LONGEST));
  const end = text.indexOf(marker);
  if (end < 0 || forbidden?.test(text.slice(0, end))) return null;
  return from + end;
}
