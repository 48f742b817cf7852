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

/** View model of one page of the document list: of the last one, if there were more before documents were removed. */
export function libraryPage(
  engine: Engine,
  state: PageState,
  { title, sort, page: asked }: LibraryView,
  t: Translate,
) {
  const listed = (page: number) =>
    listDocuments(engine.store, {
      title,
      filter: state.filter,
      sort,
      limit: PAGE,
      offset: (page - 1) * PAGE,
    });
  const there = listed(asked);
  const { total } = there;
  const page = Math.min(asked, Math.max(1, Math.ceil(total / PAGE)));
  const { documents } = page === asked ? there : listed(page);
  const chosen = { find: title || undefined, sort: sort === 'id' ? undefined : sort };
  const link = (to: number) => urlOf('/documents', state, { ...chosen, page: to });
  return {
    find: title,
    page,
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
