import type { Engine } from '../../lib/engine.ts';
import { listDocuments } from '../../lib/store/library.ts';
import type { Translate } from '../i18n.ts';
import { fieldsOf, type PageState, urlOf } from '../urls.ts';
import { titleOf } from './titles.ts';

const PAGE = 50;

/** One page of the list of documents. */
export function libraryPage(engine: Engine, state: PageState, title: string, page: number, t: Translate) {
  const { total, documents } = listDocuments(engine.store, { title, limit: PAGE, offset: (page - 1) * PAGE });
  const link = (to: number) =>
    urlOf('/documents', state, {}, { ...(title === '' ? {} : { find: title }), page: String(to) });
  return {
    t,
    filter: title,
    total,
    keep: fieldsOf({ ...state, q: '' }),
    documents: documents.map((document) => ({
      ...document,
      title: titleOf(document),
      href: urlOf(`/documents/${document.id}`, state),
    })),
    previous: page > 1 ? link(page - 1) : null,
    next: page * PAGE < total ? link(page + 1) : null,
  };
}
