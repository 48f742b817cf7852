import { FILTERS } from '../lib/query/filter.ts';
import { multiplierOf } from '../lib/query/options.ts';
import type { SearchOptions } from '../lib/response.ts';
import type { Language } from './i18n.ts';

/** Everything a page's URL holds. Values at their default are left out of the URL. */
export interface PageState extends Required<SearchOptions> {
  readonly q: string;
  /** Set only when the user chose a language by hand. */
  readonly lang: Language | undefined;
}

export const PLAIN_STATE: PageState = {
  q: '',
  temperature: 1,
  limit: undefined,
  mass: undefined,
  heads: {},
  without: [],
  hops: 1,
  filter: {},
  lang: undefined,
};

export type Fields = readonly { readonly name: string; readonly value: string }[];

/** The parameters of a state that are not at their default, in a fixed order. */
export function fieldsOf(state: PageState): Fields {
  const fields: { name: string; value: string }[] = [];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') fields.push({ name, value: String(value) });
  };
  add('q', state.q);
  if (state.temperature !== 1) add('temperature', state.temperature);
  for (const [name, multiplier] of Object.entries(state.heads)) {
    const { [name]: _, ...others } = state.heads;
    if (multiplier !== multiplierOf(name, others)) add(name, multiplier);
  }
  for (const word of state.without) add('without', word);
  add('limit', state.limit);
  add('mass', state.mass);
  if (state.hops !== 1) add('hops', state.hops);
  for (const name of FILTERS) add(name, state.filter[name]);
  add('lang', state.lang);
  return fields;
}

/**
 * The URL of `path` with a state's parameters.
 *
 * @param more  further parameters, which replace those of the same name; undefined ones are left out
 */
export function urlOf(
  path: string,
  state: PageState,
  more: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const parameters = new URLSearchParams(
    fieldsOf(state).map(({ name, value }): [string, string] => [name, value]),
  );
  for (const [name, value] of Object.entries(more))
    if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
