import type { Engine } from '../../lib/engine.ts';
import { FILTERS } from '../../lib/filter.ts';
import { facets } from '../../lib/store/library.ts';
import type { Translate } from '../i18n.ts';
import type { PageState } from '../urls.ts';

/** View model of views/partials/filters.ejs: the filters with their values, and the values to choose from. */
export function filtersView(engine: Engine, { filter }: PageState, t: Translate) {
  return {
    filters: FILTERS.map((name) => ({ name, label: t(`filter.${name}`), value: filter[name] ?? '' })),
    facets: facets(engine.store),
  };
}
