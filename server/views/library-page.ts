import type { Engine } from '../../lib/engine.ts';
import { type DocumentSort, listDocuments, SORTS } from '../../lib/store/library.ts';
import type { Translate } from '../i18n.ts';
import { fieldsOf, type PageState, urlOf } from '../urls.ts';
import { filtersView } from './filters.ts';
import { LIBRARY_MAP } from './library-map-page.ts';
import { titleOf } from './titles.ts';

/** Documents per page. */
export const PAGE = 50;

interface LibraryView {
  readonly title: string;
  readonly sort: DocumentSort;
  readonly page: number;
}

/** View model of one page of the document list. */
export function libraryPage(
  engine: Engine,
  state: PageState,
  { title, sort, page }: LibraryView,
  t: Translate,
) {
  const offset = (page - 1) * PAGE;
  const { total, documents } = listDocuments(engine.store, {
    title,
    filter: state.filter,
    sort,
    limit: PAGE,
    offset,
  });
  const chosen = { find: title || undefined, sort: sort === 'id' ? undefined : sort };
  const link = (to: number) => urlOf('/documents', state, { ...chosen, page: to });
  return {
    find: title,
    map: urlOf(LIBRARY_MAP, state),
    total,
    nothing: t(title === '' && Object.keys(state.filter).length === 0 ? 'index.none' : 'library.empty'),
    keep: fieldsOf({ ...state, q: '', filter: {} }),
    ...filtersView(engine, state, t),
    sorts: Object.keys(SORTS).map((name) => ({
      name,
      label: t(`library.sort.${name as DocumentSort}`),
      current: name === sort,
    })),
    documents: documents.map((document) => ({
      ...document,
      title: titleOf(document),
      href: urlOf(`/documents/${document.id}`, { ...state, filter: {} }),
    })),
    place: total > PAGE ? `${page} / ${Math.ceil(total / PAGE)}` : null,
    previous: page > 1 ? link(page - 1) : null,
    next: page * PAGE < total ? link(page + 1) : null,
  };
}
