import { LONGEST_HEADING } from '../../text/outline.ts';
import { isoDate } from '../dates.ts';
import { decodeUtf8, decodeUtf16, normalizeText, refuseBinary } from '../decode.ts';
import { type HtmlText, htmlText } from '../html-text.ts';
import { cleanLine, cleanText } from '../plain-text.ts';
import { nothing, type ReadResult, type SourceFile } from '../reader.ts';
import { clipTitle, fileTitle } from '../titles.ts';

/** The first bytes, in which the HTML standard looks for the encoding. */
const PRESCAN = 1024;
/** A <main> or <article> with a smaller share of the page's text is not its main text. */
const LEAST_SHARE = 0.3;

/**
 * HTML: the readable text of <main>, else of the articles, else of the body, without scripts, menus, forms and
 * hidden parts. If nothing is left then, all text.
 *
 * Title: <title>; if it contains the first <h1>, that heading, because the rest is the name of the site; without a
 * <title>, og:title, then <h1>, then the file name. `source` holds the headings as Markdown, because answers read
 * text together with the heading above it. Encoding: byte order mark, else <meta charset>, else UTF-8.
 *
 * @throws {ReadError} binary content, invalid UTF-8 or UTF-16, tags nested too deeply
 */
export function readHtml(file: SourceFile): ReadResult {
  const { text: html, warnings } = decodeHtml(file.bytes);
  let page = htmlText(html);
  let content = mainText(page);
  if (content === '') {
    page = htmlText(html, true);
    content = page.body;
  }
  const found = pageTitle(page);
  if (content === '' && found === '') return nothing();
  const title = found || fileTitle(file);
  const headings = page.headings
    .map(cleanLine)
    .filter(({ length }) => length > 0 && length <= LONGEST_HEADING);
  const date = isoDate(page.meta.get('article:published_time') ?? page.meta.get('date') ?? '');
  return {
    documents: [
      {
        uri: file.relative,
        title,
        content: withoutTitle(content, title),
        format: 'html',
        ...(headings.length > 0 ? { source: headings.map((heading) => `# ${heading}`).join('\n') } : {}),
        ...(date ? { date } : {}),
      },
    ],
    warnings,
  };
}

function mainText({ main, article, body }: HtmlText): string {
  const enough = body.length * LEAST_SHARE;
  if (main !== '' && main.length >= enough) return main;
  return article !== '' && article.length >= enough ? article : body;
}

function pageTitle({ title, heading, meta }: HtmlText): string {
  const full = clipTitle(title);
  const first = clipTitle(heading);
  if (first !== '' && full.toLowerCase().includes(first.toLowerCase())) return first;
  return full || clipTitle(meta.get('og:title') ?? '') || first;
}

function withoutTitle(content: string, title: string): string {
  const rest = content.startsWith(`${title}\n`) ? content.slice(title.length) : content;
  return cleanText(rest);
}

function decodeHtml(bytes: Uint8Array): { text: string; warnings: string[] } {
  const utf16 = decodeUtf16(bytes);
  if (utf16 !== null) return { text: normalizeText(utf16), warnings: [] };
  const label = declaredCharset(bytes);
  const decoder = label === null ? null : decoderFor(label);
  // The standard reads a declared UTF-16 as UTF-8: in UTF-16 the ASCII tag would not have been readable.
  if (!decoder || /^utf-(?:8|16)/.test(decoder.encoding)) {
    return { text: normalizeText(decodeUtf8(bytes)), warnings: [] };
  }
  refuseBinary(bytes);
  const text = decoder.decode(bytes);
  const warnings = text.includes('\ufffd')
    ? [`some bytes are not ${decoder.encoding}, as its <meta> says`]
    : [];
  return { text: normalizeText(text), warnings };
}

function declaredCharset(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return null;
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN));
  return /<(?:meta\s|\?xml\s)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)/i.exec(start)?.[1] ?? null;
}

/** null for an unknown name; UTF-8 is tried then. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
