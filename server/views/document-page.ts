import { attendToSentences } from '../../lib/answer.ts';
import { type Property, searchedProperties } from '../../lib/document.ts';
import type { Engine } from '../../lib/engine.ts';
import { relatedDocuments } from '../../lib/relations.ts';
import { linksFrom, linksTo, resolveLink } from '../../lib/store/links.ts';
import type { Named, StoredDocument } from '../../lib/store/store.ts';
import { findMatches, placesOf } from '../../lib/text/matches.ts';
import { isInPair } from '../../lib/text/passages.ts';
import type { Span } from '../../lib/text/sentences.ts';
import { fileOf, isGone, obsidianLink } from '../files.ts';
import type { Language, Translate } from '../i18n.ts';
import type { Picture } from '../pictures.ts';
import { type PageState, urlOf } from '../urls.ts';
import { timeIn } from './formats.ts';
import { renderMarkdown } from './markdown.ts';
import { markedParts } from './marked.ts';
import { percent } from './numbers.ts';
import { optionsOf } from './search-page.ts';
import { titleOf } from './titles.ts';

/** Longer notes are shown as text: rendering would hold up everybody else. */
const LONGEST_RENDERED = 300_000;

/** Characters of text on one page: of megabytes, a browser is busy for long. */
const PART = 200_000;

/** Pictures looked for of one note: each is a few calls of the system. */
const MOST_PICTURES = 500;

/** A passage is shown with the whole lines it begins and ends in, unless they are longer than this. */
const LONGEST_LINE = 600;
/** No passage is longer; an address may ask for more. */
const LONGEST_PASSAGE = 10_000;

export interface DocumentView {
  /** The passage or sentence that was attended to; an empty span for none. */
  readonly start: number;
  readonly end: number;
  /** As its format means it, or as the plain text that was indexed. */
  readonly view: 'rendered' | 'text' | undefined;
  /** Of a long text, from 1; the one with the passage where none is chosen. */
  readonly part: number | undefined;
  readonly language: Language;
  /** Where a picture of the note is, if it is one that may be shown. */
  findPicture(path: string): Picture | null;
}

/** Whether it is worth while to look for pictures in the folder of a document. */
export function showsPictures({ format, source, content }: StoredDocument): boolean {
  return format === 'markdown' && /!\[|<img/i.test(source ?? content);
}

/** A document: its content, where it came from, and what it is related to. */
export function documentPage(
  engine: Engine,
  state: PageState,
  document: StoredDocument,
  { start, end, view, part, language, findPicture }: DocumentView,
  t: Translate,
) {
  const { id, content } = document;
  const from = Math.min(start, content.length);
  const to = Math.max(from, Math.min(end, from + LONGEST_PASSAGE, content.length));
  const canRender = document.format === 'markdown' && (document.source ?? content).length <= LONGEST_RENDERED;
  const rendered = canRender && view !== 'text';
  const parts = rendered ? [0] : partsOf(content);
  const at =
    part === undefined ? parts.findLastIndex((begin) => begin <= from) : Math.min(part, parts.length) - 1;
  const shown: Span = [parts[at] ?? 0, parts[at + 1] ?? content.length];
  const asked = part === undefined && to > from ? askedIn(engine, state, id, [from, to]) : null;
  const linkOf = (linked: Named) => ({
    title: titleOf(linked),
    href: urlOf(`/documents/${linked.id}`, state),
  });
  const here = (chosen: string) =>
    urlOf(
      `/documents/${id}`,
      state,
      {},
      { view: chosen, ...(asked ? { start: String(from), end: String(to) } : {}) },
    ) + (asked ? '#passage' : '');
  const partAt = (number: number) =>
    urlOf(`/documents/${id}`, state, {}, { ...(view ? { view } : {}), part: String(number) });
  return {
    title: titleOf(document),
    uri: document.uri,
    file: fileOf(document),
    obsidian: obsidianLink(document),
    gone: isGone(document),
    tags: document.tags,
    properties: propertiesView(document.properties),
    date: document.date,
    indexed: {
      at: document.indexedAt,
      text: timeIn(language, document.indexedAt),
    },
    language: document.language,
    back: state.q.trim() === '' ? null : urlOf('/', state),
    views: canRender
      ? [
          { label: t('document.view.rendered'), href: here('rendered'), current: rendered },
          { label: t('document.view.text'), href: here('text'), current: !rendered },
        ]
      : [],
    html: rendered
      ? rendering(engine, state, document, { sentence: asked?.sentence ?? '', findPicture, t })
      : null,
    text: asked
      ? textParts(content, shown, [from, to], asked.matches)
      : { before: content.slice(...shown), passage: [], after: '' },
    parts:
      parts.length > 1
        ? {
            place: `${at + 1} / ${parts.length}`,
            previous: at > 0 ? partAt(at) : null,
            next: at + 1 < parts.length ? partAt(at + 2) : null,
          }
        : null,
    self: urlOf(`/documents/${id}/self-attention`, state),
    related: relatedDocuments(engine, id, 6).documents.map((found) => ({
      ...linkOf(found),
      percent: percent(found.weight),
      bar: (100 * found.weight).toFixed(1),
    })),
    linksFrom: linksFrom(engine.store, document).map(linkOf),
    linksTo: linksTo(engine.store, document).map(linkOf),
  };
}

/** The properties that are searched, each name once. */
function propertiesView(properties: readonly Property[]) {
  const values = new Map<string, { text: string; href: string | null }[]>();
  for (const { name, value } of searchedProperties(properties)) {
    const one = { text: value, href: /^https?:\/\/\S+$/i.test(value) ? value : null };
    const before = values.get(name);
    if (before) before.push(one);
    else values.set(name, [one]);
  }
  return Array.from(values, ([name, values]) => ({ name, values }));
}

/** What the query asks for in a passage: its best sentence, and the places of its words. */
function askedIn(
  engine: Engine,
  state: PageState,
  id: number,
  [from, to]: Span,
): { readonly sentence: string; readonly matches: readonly Span[] } {
  return engine.snapshot(() => {
    const { content } = engine.document(id);
    if (state.q.trim() === '') return { sentence: content.slice(from, to), matches: [] };
    const run = engine.attend(state.q, optionsOf(state));
    const [best] = attendToSentences(engine, run, id)
      .filter(({ span: [start, end] }) => start < to && end > from)
      .sort((a, b) => b.logit - a.logit);
    return {
      sentence: content.slice(...(best?.span ?? [from, to])),
      matches: findMatches(placesOf(engine.analyzer.words(content.slice(from, to), from)), run.query.asked),
    };
  });
}

/** Where the parts of a text begin that are shown one at a time: at a block, else at a line, a word, or where it must be. */
function partsOf(content: string): number[] {
  const parts = [0];
  for (let from = 0; content.length - from > PART; ) {
    const half = from + PART / 2;
    const there = content.slice(half, from + PART);
    const cut = ['\n\n', '\n', ' ']
      .map((mark) => [there.lastIndexOf(mark), mark.length] as const)
      .find(([i]) => i >= 0);
    const whole = from + PART - (isInPair(content, from + PART) ? 1 : 0);
    from = cut ? half + cut[0] + cut[1] : whole;
    parts.push(from);
  }
  return parts;
}

/** The text before the lines of a passage, those lines with the words that were asked for, and the text after them, as far as it is shown. */
function textParts(content: string, [first, last]: Span, [from, to]: Span, matches: readonly Span[]) {
  const lineStart = content.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = content.indexOf('\n', to) < 0 ? content.length : content.indexOf('\n', to);
  const start = from - lineStart > LONGEST_LINE ? from : lineStart;
  const end = lineEnd - to > LONGEST_LINE ? to : lineEnd;
  return {
    before: content.slice(first, start),
    passage: markedParts({ text: content.slice(start, end), start, matches }),
    // The line break is the block's own.
    after: content.slice(end, Math.max(end, last)).replace(/^\n/, ''),
  };
}

function rendering(
  engine: Engine,
  state: PageState,
  document: StoredDocument,
  { sentence, findPicture, t }: Pick<DocumentView, 'findPicture'> & { sentence: string; t: Translate },
): string {
  let left = MOST_PICTURES;
  // The page has the title as its heading already.
  const source = (document.source ?? document.content).replace(/^\s*#{1,6}[ \t]+[^\n]*\n/, (heading) =>
    heading.replace(/^\s*#+\s+/, '').trim() === document.title ? '' : heading,
  );
  const destinations = {
    link(name: string) {
      const found = resolveLink(engine.store, name, document.uri);
      return found ? urlOf(`/documents/${found.id}`, state) : null;
    },
    image(path: string) {
      return left-- > 0 && findPicture(path)
        ? `/documents/${document.id}/image?${new URLSearchParams({ path })}`
        : null;
    },
  };
  return renderMarkdown(source, destinations, t, sentence);
}
