import { attendToSentences } from '../../lib/answer/attended-sentences.ts';
import { type Property, searchedAliases, searchedProperties } from '../../lib/document.ts';
import type { Engine } from '../../lib/engine.ts';
import { relatedDocuments } from '../../lib/explain/relations.ts';
import { linksFrom, linksTo, resolveLink } from '../../lib/store/links.ts';
import type { Named, StoredDocument } from '../../lib/store/store.ts';
import { findMatches, placesOf } from '../../lib/text/matches.ts';
import { isInPair } from '../../lib/text/passages.ts';
import type { Span } from '../../lib/text/sentences.ts';
import { fileOf, isGone, obsidianLink } from '../files.ts';
import type { Language, Translate } from '../i18n.ts';
import type { Picture } from '../pictures.ts';
import { type PageState, PLAIN_STATE, urlOf } from '../urls.ts';
import { timeIn } from './formats.ts';
import { renderMarkdown } from './markdown.ts';
import { markedParts } from './marked.ts';
import { percent } from './numbers.ts';
import { optionsOf } from './search-page.ts';
import { titleOf } from './titles.ts';

/**
 * Longest Markdown source, in characters, that is rendered. Rendering a longer one would block the event
 * loop for too long; it is shown as plain text.
 */
const LONGEST_RENDERED = 300_000;

/** Characters of text on one page. Megabytes of text keep a browser busy for long. */
const PART_LENGTH = 200_000;

/** Pictures resolved per note; each takes several system calls. */
const MOST_PICTURES = 500;

/** A passage is extended to whole lines at either end, unless that adds more than this many characters. */
const LONGEST_LINE = 600;
/** Longest passage shown, in characters. None in the index is longer, but a URL may ask for more. */
const LONGEST_PASSAGE = 10_000;

export interface DocumentView {
  /**
   * The span [start, end) of the passage or sentence that was attended to, in UTF-16 units of the
   * content; empty for none.
   */
  readonly start: number;
  readonly end: number;
  /** Rendered from its source, or the plain text that was indexed; undefined for the default. */
  readonly view: 'rendered' | 'text' | undefined;
  /** Part of a long text, from 1; undefined for the part that has the passage. */
  readonly part: number | undefined;
  readonly language: Language;
  /** Resolves a picture path of the note; null for one that may not be shown. */
  findPicture(path: string): Picture | null;
}

/** Whether the document can contain pictures, so that its folder has to be searched for them. */
export function showsPictures({ format, source, content }: StoredDocument): boolean {
  return format === 'markdown' && /!\[|<img/i.test(source ?? content);
}

/** View model of a document's page: its content, its origin and related documents. */
export function documentPage(
  engine: Engine,
  state: PageState,
  document: StoredDocument,
  { start, end, view, part, language, findPicture }: DocumentView,
  t: Translate,
) {
  const { id, content } = document;
  const related = relatedDocuments(engine, id, 6);
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
  const here = (view: string) =>
    asked
      ? `${urlOf(`/documents/${id}`, state, { view, start: from, end: to })}#passage`
      : urlOf(`/documents/${id}`, state, { view });
  const partAt = (part: number) => urlOf(`/documents/${id}`, state, { view, part });
  return {
    title: titleOf(document),
    uri: document.uri,
    file: fileOf(document),
    obsidian: obsidianLink(document),
    gone: isGone(document),
    tags: document.tags.map((name) => ({
      name,
      // A longer one is no filter.
      href:
        name.length > 500
          ? null
          : urlOf('/documents', { ...PLAIN_STATE, filter: { tag: name }, lang: state.lang }),
    })),
    aliases: searchedAliases(document.aliases),
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
    relatedHint: t('document.related.hint', {
      others: percent(related.attention.remainder),
      nothing: percent(related.attention.nothing),
    }),
    related: related.documents.map((found) => ({
      ...linkOf(found),
      percent: percent(found.weight),
      bar: (100 * found.weight).toFixed(1),
    })),
    linksFrom: linksFrom(engine.store, document).map(linkOf),
    linksTo: linksTo(engine.store, document).map(linkOf),
  };
}

/** The searchable properties, grouped by name. */
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

/** The best-matching sentence of a passage, and the spans of the query's words in it. */
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

/**
 * Start offsets of the parts a long text is split into. A part ends, if possible, at a blank line in its
 * second half, else at a line break, a space, or its maximum length (without splitting a surrogate pair).
 */
function partsOf(content: string): number[] {
  const parts = [0];
  for (let from = 0; content.length - from > PART_LENGTH; ) {
    const half = from + PART_LENGTH / 2;
    const there = content.slice(half, from + PART_LENGTH);
    const cut = ['\n\n', '\n', ' ']
      .map((mark) => [there.lastIndexOf(mark), mark.length] as const)
      .find(([i]) => i >= 0);
    const whole = from + PART_LENGTH - (isInPair(content, from + PART_LENGTH) ? 1 : 0);
    from = cut ? half + cut[0] + cut[1] : whole;
    parts.push(from);
  }
  return parts;
}

/**
 * Splits the visible part [first, last) of a text into what precedes the passage's lines, those lines
 * with their matches marked, and what follows.
 */
function textParts(content: string, [first, last]: Span, [from, to]: Span, matches: readonly Span[]) {
  const lineStart = content.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = content.indexOf('\n', to) < 0 ? content.length : content.indexOf('\n', to);
  const start = from - lineStart > LONGEST_LINE ? from : lineStart;
  const end = lineEnd - to > LONGEST_LINE ? to : lineEnd;
  return {
    before: content.slice(first, start),
    passage: markedParts({ text: content.slice(start, end), start, matches }),
    // The passage is a block of its own, which already breaks the line.
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
  // The page shows the title as its heading.
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
