import { SCALINGS } from '../lib/attention/self.ts';
import { checkNumber, noneOf, SearchError, shown, unexpected } from '../lib/errors.ts';
import { checkFilter, FILTERS } from '../lib/filter.ts';
import { type LibraryMapOptions, MAP } from '../lib/library-map.ts';
import type { SelfAttentionOptions } from '../lib/relations.ts';
import type { DocumentFilter, SearchOptions } from '../lib/response.ts';
import { type DocumentSort, SORTS } from '../lib/store/library.ts';
import { isLanguage, LANGUAGES, type Language } from './i18n.ts';
import { type PageState, PLAIN_STATE } from './urls.ts';

/** Parameters as express parses them: input from outside, unknown until read here. */
type RawQuery = Readonly<Record<string, unknown>>;

/** Reads parameters one by one, and complains of what was not asked for. */
export class Parameters {
  readonly #raw: RawQuery;
  readonly #known = new Set<string>();

  constructor(raw: RawQuery) {
    this.#raw = raw;
  }

  /** One value, undefined when absent. @throws {SearchError} INVALID_PARAMETER when given twice */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new SearchError('INVALID_PARAMETER', 'Expected {name} at most once and as text.', {
      facts: { name },
    });
  }

  /** Every value of a parameter that may be repeated. */
  texts(name: string): string[] {
    const value = this.#take(name);
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    if (values.length <= 50 && values.every((one): one is string => typeof one === 'string'))
      return values.filter((one) => one !== '');
    const what = 'Expected {name} to be text, repeated at most {most} times.';
    throw new SearchError('INVALID_PARAMETER', what, { facts: { name, most: 50 } });
  }

  /** A number; an empty value counts as absent, as forms send it. */
  number(name: string): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined || text === '') return undefined;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw unexpected(name, 'a number', text);
  }

  /** A whole number of `least` … `most`. */
  whole(name: string, least: number, most: number, fallback: number): number {
    return checkNumber(name, this.number(name) ?? fallback, least, most, true);
  }

  /** Those of some parameters that are not empty, as they were written: for links back here. */
  given(...names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.map((name) => [name, this.text(name) ?? '']).filter(([, value]) => value !== ''),
    );
  }

  /** Call last: whatever was not read is unknown here. @throws {SearchError} UNKNOWN_PARAMETER */
  finish(): void {
    const unknown = Object.keys(this.#raw).find((name) => !this.#known.has(name));
    if (unknown === undefined) return;
    const what = `There is no parameter {unknown} here. ${this.#known.size > 0 ? 'Known: {known}.' : 'There are none.'}`;
    const facts = { unknown: shown(unknown), known: [...this.#known].join(', ') };
    throw new SearchError('UNKNOWN_PARAMETER', what, { facts });
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#raw, name) ? this.#raw[name] : undefined;
  }
}

/** Temperature, heads, words left out, limit and mass; one parameter per head of the calibration. */
export function readOptions(parameters: Parameters, heads: readonly string[]): SearchOptions {
  const limit = parameters.number('limit');
  const temperature = parameters.number('temperature');
  const mass = parameters.number('mass');
  const multipliers: Record<string, number> = {};
  for (const head of heads) {
    const value = parameters.number(head);
    if (value !== undefined) multipliers[head] = value;
  }
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(mass === undefined ? {} : { mass }),
    heads: multipliers,
    without: parameters.texts('without'),
    hops: parameters.number('hops') ?? 1,
    filter: readFilter(parameters),
  };
}

/** Which documents are meant; what is empty counts as absent, as forms send it. */
export function readFilter(parameters: Parameters): DocumentFilter {
  const given = FILTERS.map((name) => [name, parameters.text(name)?.trim() ?? ''] as const);
  return checkFilter(Object.fromEntries(given.filter(([, value]) => value !== '')));
}

export function readSort(parameters: Parameters): DocumentSort {
  const name = parameters.text('sort') || 'id';
  if (Object.hasOwn(SORTS, name)) return name as DocumentSort;
  throw noneOf('sort', Object.keys(SORTS), name);
}

/** Which documents a map of the library shows. */
export function readLibraryMap(parameters: Parameters, heads: readonly string[]): LibraryMapOptions {
  const query = (parameters.text('q') ?? '').trim();
  const search = readOptions(parameters, heads);
  return { query, search, within: readWithin(parameters) };
}

/** The neighbourhoods entered, one within the other. */
export function readWithin(parameters: Parameters): number[] {
  const text = parameters.text('in')?.trim() ?? '';
  const ids = text === '' ? [] : text.split(',');
  if (ids.length <= MAP.depth && ids.every((id) => /^\d{1,15}$/.test(id))) return ids.map(Number);
  throw unexpected('in', 'at most {most} ids of documents, separated by commas', text, { most: MAP.depth });
}

/** How a document attends to itself. */
export function readSelfAttention(parameters: Parameters): SelfAttentionOptions {
  const name = parameters.text('scaling') || 'sqrt';
  const scaling = SCALINGS.find((known) => known === name);
  if (!scaling) throw noneOf('scaling', SCALINGS, name);
  const given = parameters.number('temperature');
  const temperature =
    given === undefined ? {} : { temperature: checkNumber('temperature', given, 0.001, 1000) };
  const numbered = (name: 'sentence' | 'row') =>
    parameters.number(name) === undefined ? {} : { [name]: parameters.whole(name, 0, 1e9, 0) };
  return { scaling, ...temperature, ...numbered('sentence'), ...numbered('row') };
}

/** A page's state from its URL. */
export function readState(parameters: Parameters, heads: readonly string[]): PageState {
  const options = readOptions(parameters, heads);
  const lang = parameters.text('lang');
  const q = parameters.text('q') ?? '';
  return { ...PLAIN_STATE, ...options, q, lang: readLanguage(lang) };
}

function readLanguage(tag: string | undefined): Language | undefined {
  if (tag === undefined || tag === '') return undefined;
  if (isLanguage(tag)) return tag;
  throw noneOf('lang', LANGUAGES, tag);
}
