import type { Engine } from '../../lib/engine.ts';
import { relatedDocuments } from '../../lib/relations.ts';
import { type Linked, linksFrom, linksTo, resolveLink } from '../../lib/store/links.ts';
import type { StoredDocument } from '../../lib/store/store.ts';
import { fileOf, findImage, isGone, obsidianLink } from '../files.ts';
import type { Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';
import { renderMarkdown } from './markdown.ts';
import { percent } from './numbers.ts';
import { titleOf } from './titles.ts';

/** Longer notes are shown as text: rendering would hold up everybody else. */
const LONGEST_RENDERED = 300_000;

export interface DocumentView {
  /** The passage or sentence that is marked; an empty span for none. */
  readonly start: number;
  readonly end: number;
  /** As its format means it, or as the plain text that was indexed. */
  readonly view: 'rendered' | 'text' | undefined;
}

/** A document: its content, where it came from, and what it is related to. */
export function documentPage(
  engine: Engine,
  state: PageState,
  id: number,
  { start, end, view }: DocumentView,
  t: Translate,
) {
  const document = engine.document(id);
  const { content } = document;
  const from = Math.min(start, content.length);
  const to = Math.max(from, Math.min(end, content.length));
  const canRender = document.format === 'markdown' && (document.source ?? content).length <= LONGEST_RENDERED;
  // Offsets are those of the text that was indexed, so that is where a passage can be marked.
  const rendered = canRender && (view === undefined ? to === from : view === 'rendered');
  const linkOf = (linked: Linked) => ({ title: linked.title, href: urlOf(`/documents/${linked.id}`, state) });
  const here = (chosen: string) =>
    urlOf(
      `/documents/${id}`,
      state,
      {},
      { view: chosen, ...(to > from ? { start: String(from), end: String(to) } : {}) },
    );
  return {
    t,
    title: titleOf(document),
    uri: document.uri,
    file: fileOf(document),
    obsidian: obsidianLink(document),
    gone: isGone(document),
    tags: document.tags,
    date: document.date,
    indexedAt: document.indexedAt,
    language: document.language,
    back: state.q.trim() === '' ? null : urlOf('/', state),
    views: canRender
      ? [
          { label: t('document.view.rendered'), href: here('rendered'), current: rendered },
          { label: t('document.view.text'), href: here('text'), current: !rendered },
        ]
      : [],
    html: rendered ? rendering(engine, state, document) : null,
    parts: [
      { text: content.slice(0, from), match: false },
      { text: content.slice(from, to), match: true },
      { text: content.slice(to), match: false },
    ].filter(({ text }) => text !== ''),
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

function rendering(engine: Engine, state: PageState, document: StoredDocument): string {
  // The page has the title as its heading already.
  const source = (document.source ?? document.content).replace(/^\s*#[ \t]+[^\n]*\n/, (heading) =>
    heading.replace(/^\s*#\s+/, '').trim() === document.title ? '' : heading,
  );
  return renderMarkdown(source, {
    link(name) {
      const found = resolveLink(engine.store, name);
      return found ? urlOf(`/documents/${found.id}`, state) : null;
    },
    image(path) {
      return findImage(document, path)
        ? `/documents/${document.id}/image?${new URLSearchParams({ path })}`
        : null;
    },
  });
}
