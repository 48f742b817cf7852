import { SCALINGS } from '../lib/attention/self.ts';
import { checkNumber, invalidParameter, notOneOf, SearchError, shown } from '../lib/errors.ts';
import { type LibraryMapOptions, MAP } from '../lib/explain/library-map.ts';
import type { SelfAttentionOptions } from '../lib/explain/relations.ts';
import { checkFilter, FILTERS } from '../lib/query/filter.ts';
import { LIMITS } from '../lib/query/options.ts';
import type { ByHead, DocumentFilter, SearchOptions } from '../lib/response.ts';
import { type DocumentSort, SORTS } from '../lib/store/library.ts';
import { isLanguage, LANGUAGES, type Language } from './i18n.ts';
import type { PageState } from './urls.ts';

/** Query parameters as Express parses them: untrusted until read by `Parameters`. */
type RawQuery = Readonly<Record<string, unknown>>;

/** Reads query parameters one by one; `finish` then refuses every parameter that was not read. */
export class Parameters {
  readonly #raw: RawQuery;
  readonly #known = new Set<string>();

  constructor(raw: RawQuery) {
    this.#raw = raw;
  }

  /**
   * The value of a parameter that may be given once; undefined when absent.
   *
   * @throws {SearchError} INVALID_PARAMETER when it is repeated
   */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new SearchError('INVALID_PARAMETER', 'Expected {name} at most once and as text.', {
      facts: { name },
    });
  }

  /**
   * All non-empty values of a parameter that may be repeated.
   *
   * @throws {SearchError} INVALID_PARAMETER for more than `LIMITS.without` values
   */
  texts(name: string): string[] {
    const value = this.#take(name);
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    if (values.length <= LIMITS.without && values.every((one): one is string => typeof one === 'string'))
      return values.filter((one) => one !== '');
    const what = 'Expected {name} to be text, repeated at most {most} times.';
    throw new SearchError('INVALID_PARAMETER', what, { facts: { name, most: LIMITS.without } });
  }

  /**
   * A finite decimal number; undefined when absent or empty, as forms send empty fields.
   *
   * @throws {SearchError} INVALID_PARAMETER
   */
  number(name: string): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined || text === '') return undefined;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw invalidParameter(name, 'a number', text);
  }

  /**
   * An integer in [least, most]; `fallback` when absent or empty.
   *
   * @throws {SearchError} INVALID_PARAMETER
   */
  whole(name: string, least: number, most: number, fallback: number): number {
    return checkNumber(name, this.number(name) ?? fallback, least, most, true);
  }

  /** The non-empty ones among `names`, as they were written: for links back to this page. */
  given(...names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.map((name) => [name, this.text(name) ?? '']).filter(([, value]) => value !== ''),
    );
  }

  /**
   * Call last: refuses any parameter that was not read.
   *
   * @throws {SearchError} UNKNOWN_PARAMETER
   */
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

/**
 * Reads the search options. Each head of the calibration is a parameter that takes its multiplier.
 *
 * @throws {SearchError} INVALID_PARAMETER
 */
export function readOptions(parameters: Parameters, heads: readonly string[]): Required<SearchOptions> {
  return {
    limit: parameters.number('limit'),
    temperature: parameters.number('temperature') ?? 1,
    mass: parameters.number('mass'),
    heads: readHeads(parameters, heads),
    without: parameters.texts('without'),
    hops: parameters.number('hops') ?? 1,
    filter: readFilter(parameters),
  };
}

function readHeads(parameters: Parameters, heads: readonly string[]): ByHead {
  const multipliers = heads.map((head) => [head, parameters.number(head)] as const);
  return Object.fromEntries(multipliers.filter((given): given is [string, number] => given[1] !== undefined));
}

/**
 * Reads the document filter. An empty value counts as absent, as forms send empty fields.
 *
 * @throws {SearchError} INVALID_PARAMETER
 */
export function readFilter(parameters: Parameters): DocumentFilter {
  const given = FILTERS.map((name) => [name, parameters.text(name)?.trim() ?? ''] as const);
  return checkFilter(Object.fromEntries(given.filter(([, value]) => value !== '')));
}

/** Reads the order of the document list; default 'id'. @throws {SearchError} INVALID_PARAMETER */
export function readSort(parameters: Parameters): DocumentSort {
  const name = parameters.text('sort') || 'id';
  if (Object.hasOwn(SORTS, name)) return name as DocumentSort;
  throw notOneOf('sort', Object.keys(SORTS), name);
}

/** Reads which documents a map of the library shows. @throws {SearchError} INVALID_PARAMETER */
export function readLibraryMap(parameters: Parameters, heads: readonly string[]): LibraryMapOptions {
  const query = (parameters.text('q') ?? '').trim();
  const search = readOptions(parameters, heads);
  return { query, search, within: readWithin(parameters) };
}

/**
 * Reads the path of neighbourhoods entered, outermost first, as the ids of their central documents.
 *
 * @throws {SearchError} INVALID_PARAMETER for more than `MAP.depth` ids or anything but ids
 */
export function readWithin(parameters: Parameters): number[] {
  const text = parameters.text('in')?.trim() ?? '';
  const ids = text === '' ? [] : text.split(',');
  if (ids.length <= MAP.depth && ids.every((id) => /^\d{1,15}$/.test(id))) return ids.map(Number);
  throw invalidParameter('in', 'at most {most} ids of documents, separated by commas', text, {
    most: MAP.depth,
  });
}

/** Reads the options of self-attention. @throws {SearchError} INVALID_PARAMETER */
export function readSelfAttention(parameters: Parameters): SelfAttentionOptions {
  const name = parameters.text('scaling') || 'sqrt';
  const scaling = SCALINGS.find((known) => known === name);
  if (!scaling) throw notOneOf('scaling', SCALINGS, name);
  const temperature = parameters.number('temperature');
  if (temperature !== undefined) checkNumber('temperature', temperature, 0.001, 1000);
  // The range of the others is that of the document, which is read later.
  return { scaling, temperature, sentence: parameters.number('sentence'), row: parameters.number('row') };
}

/** Reads a page's state from its URL. @throws {SearchError} INVALID_PARAMETER */
export function readState(parameters: Parameters, heads: readonly string[]): PageState {
  const options = readOptions(parameters, heads);
  const lang = parameters.text('lang');
  const q = parameters.text('q') ?? '';
  return { ...options, q, lang: readLanguage(lang) };
}

function readLanguage(tag: string | undefined): Language | undefined {
  if (tag === undefined || tag === '') return undefined;
  if (isLanguage(tag)) return tag;
  throw notOneOf('lang', LANGUAGES, tag);
}
