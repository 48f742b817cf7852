import type { Engine } from '../../lib/engine.ts';
import type { Translate } from '../i18n.ts';
import { type PageState, urlOf } from '../urls.ts';

/** A document with the passage from `start` to `end` marked. */
export function documentPage(
  engine: Engine,
  state: PageState,
  id: number,
  start: number,
  end: number,
  t: Translate,
) {
  const document = engine.document(id);
  const from = Math.min(start, document.content.length);
  const to = Math.max(from, Math.min(end, document.content.length));
  const { content } = document;
  return {
    t,
    title: document.title === '' ? document.uri : document.title,
    uri: document.uri,
    tags: document.tags,
    date: document.date,
    indexedAt: document.indexedAt,
    language: document.language,
    back: state.q.trim() === '' ? null : urlOf('/', state),
    parts: [
      { text: content.slice(0, from), match: false },
      { text: content.slice(from, to), match: true },
      { text: content.slice(to), match: false },
    ].filter(({ text }) => text !== ''),
  };
}
