import type { Engine } from '../../lib/engine.ts';
import { attentionMap, wordMap } from '../../lib/explain/maps.ts';
import type { Language, Translate } from '../i18n.ts';
import { fieldsOf, type PageState, urlOf } from '../urls.ts';
import { examplesOf } from './examples.ts';
import { type Heat, heatCell, weightCell } from './heat.ts';
import { optionsOf } from './search-page.ts';
import { fewView } from './self-page.ts';
import { titleOf } from './titles.ts';

/** View model of the attention map of several queries; of example queries when there are none. */
export async function mapPage(engine: Engine, state: PageState, language: Language, t: Translate) {
  const q = state.q.trim() || engine.snapshot(() => examplesOf(engine, language).map).join('\n');
  return {
    q,
    keep: fieldsOf({ ...state, q: '' }),
    svg: urlOf('/map.svg', { ...state, q }),
    heat: engine.status().documents === 0 ? null : await mapHeat(engine, { ...state, q }, t),
  };
}

/**
 * Heat map of queries × documents.
 *
 * @throws {SearchError} EMPTY_QUERY
 */
export async function mapHeat(engine: Engine, state: PageState, t: Translate): Promise<Heat> {
  const queries = state.q.split('\n').filter((line) => line.trim() !== '');
  const map = await attentionMap(engine, queries, unlisted(state));
  const rest = [t('attention.nothing'), t('map.other')];
  const titles = map.documents.map(({ id }) => titleOf(engine.document(id)));
  return {
    label: t('map.title'),
    caption: t('map.caption'),
    corner: t('legend.query'),
    columns: [
      ...rest.map((label) => ({ label, href: null })),
      ...map.documents.map(({ id }, i) => ({
        label: titles[i] ?? '',
        href: urlOf(`/documents/${id}`, { ...state, q: '' }),
      })),
    ],
    rows: map.queries.map(({ text, weights, nothing, remainder }) => ({
      label: text,
      href: urlOf('/', { ...state, q: text }),
      cells: [
        weightCell(nothing, text, rest[0] ?? ''),
        weightCell(remainder, text, rest[1] ?? ''),
        ...weights.map((weight, i) => weightCell(weight, text, titles[i] ?? '')),
      ],
    })),
  };
}

/** Search options without those that only limit the list of results. */
function unlisted(state: PageState) {
  return optionsOf({ ...state, limit: undefined, mass: undefined });
}

/** View model of the heat map of query words × words of one document. */
export function wordsPage(engine: Engine, state: PageState, id: number, t: Translate) {
  const map = engine.snapshot(() => wordMap(engine, state.q, id, unlisted(state)));
  const heat: Heat = {
    label: t('map.words.title'),
    caption: t('map.words.caption'),
    corner: t('legend.query'),
    columns: map.columns.map((label) => ({ label, href: null })),
    rows: map.rows.map((label, r) => ({
      label,
      href: null,
      cells: map.columns.map((column, c) => heatCell(map.cosines[r]?.[c] ?? 0, label, column)),
    })),
  };
  return {
    title: titleOf(engine.document(id)),
    heat,
    few: fewView(engine, t),
    back: urlOf('/', state),
    svg: urlOf(`/documents/${id}/words.svg`, state),
  };
}
