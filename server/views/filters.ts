import type { Engine } from '../../lib/engine.ts';
import { FILTERS } from '../../lib/query/filter.ts';
import { facets } from '../../lib/store/library.ts';
import type { Translate } from '../i18n.ts';
import type { PageState } from '../urls.ts';

/**
 * View model of views/partials/filters.ejs: the filters with their values, and the values to choose from.
 * In a library without tags or folders there is nothing that such a filter could do.
 */
export function filtersView(engine: Engine, { filter }: PageState, t: Translate) {
  const counted = facets(engine.store);
  const { folders, tags } = counted;
  const idle = new Set([...(folders.length === 0 ? ['folder'] : []), ...(tags.length === 0 ? ['tag'] : [])]);
  return {
    filters: FILTERS.map((name) => ({ name, label: t(`filter.${name}`), value: filter[name] ?? '' })).filter(
      ({ name, value }) => value !== '' || !idle.has(name),
    ),
    facets: counted,
  };
}
