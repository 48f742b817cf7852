import { checkNumber, invalidParameter, SearchError, shown, unknownName } from '../errors.ts';
import type { ByHead, SearchOptions } from '../response.ts';
import { checkFilter } from './filter.ts';

/** Search options with defaults filled in; `multipliers` has one entry per head. */
export type CheckedOptions = Record<'limit' | 'mass', number> &
  Required<Omit<SearchOptions, 'heads' | 'limit' | 'mass'>> & { readonly multipliers: ByHead };

/** The largest value that each option takes; `queryLength` in UTF-16 units, `without` in words. */
export const LIMITS = {
  ...{ queryLength: 2000, limit: 100, temperature: 1000, head: 100, hops: 3, without: 50 },
} as const;

/** @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER */
export function checkQuery(text: string): void {
  checkType('the query', text, 'string');
  if (text.trim() === '')
    throw new SearchError('EMPTY_QUERY', 'Expected a query with at least one character, got an empty one.');
  if (text.length > LIMITS.queryLength) {
    throw new SearchError(
      'QUERY_TOO_LONG',
      'Expected a query of at most {most} characters, got {got}. Shorten it.',
      { facts: { most: LIMITS.queryLength, got: text.length } },
    );
  }
}

/** Heads whose multiplier defaults to that of another head: `feedback` is a second pass over the content. */
export const FOLLOWS: Readonly<Record<string, string>> = { feedback: 'content' };

/** The multiplier of a head, given or by default. */
export function multiplierOf(name: string, given: ByHead): number {
  return given[name] ?? given[FOLLOWS[name] ?? ''] ?? 1;
}

/** Requires that work is done, and its result no promise of any kind. @throws {SearchError} INVALID_PARAMETER */
export function checkDone(result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return;
  const what = 'Expected work to be done when it returns, got a promise. Await before or after the snapshot.';
  throw new SearchError('INVALID_PARAMETER', what);
}

const TYPES = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  function: 'a function',
  object: 'an object',
} as const;
type Type = keyof typeof TYPES;

/**
 * Requires a value of a type as `typeof` names it; null and lists are no objects. @throws {SearchError}
 * INVALID_PARAMETER
 */
export function checkType(name: string, value: unknown, type: Type): void {
  if (typeof value !== type || value === null || Array.isArray(value))
    throw invalidParameter(name, TYPES[type], value);
}

/** Requires what could be the id of a document. @throws {SearchError} INVALID_PARAMETER */
export function checkId(id: unknown): void {
  checkType('id', id, 'number');
  if (!Number.isInteger(id)) throw invalidParameter('id', 'a whole number', id);
}

/**
 * Rejects unknown options, which would otherwise be ignored silently, and options of the wrong type. A type of null
 * means that the option is checked elsewhere.
 *
 * @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER
 */
export function checkNames(options: object, known: Readonly<Record<string, Type | null>>): void {
  checkType('options', options, 'object');
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) throw unknownName('option', name, Object.keys(known));
    const type = known[name];
    if (type && value !== undefined) checkType(name, value, type);
  }
}

/**
 * Requires something iterable in one of the given ways. A string is rejected, although it iterates over its
 * characters.
 *
 * @param ways `Symbol.iterator`, `Symbol.asyncIterator`
 * @throws {SearchError} INVALID_PARAMETER
 */
export function checkList(name: string, of: string, given: unknown, ...ways: readonly symbol[]): void {
  if (typeof given === 'object' && given !== null && ways.some((way) => way in given)) return;
  const message = `Expected ${name} to be a list of ${of}, got ${shown(given)}. Put them in [ ].`;
  throw new SearchError('INVALID_PARAMETER', message);
}

/** Requires a list of strings. @throws {SearchError} INVALID_PARAMETER */
export function checkTexts(name: string, given: Iterable<string>): string[] {
  checkList(name, 'texts', given, Symbol.iterator);
  const texts = [...given];
  texts.forEach((text, i) => {
    checkType(`${name}[${i}]`, text, 'string');
  });
  return texts;
}

const OPTIONS = {
  limit: null,
  temperature: null,
  heads: 'object',
  mass: null,
  without: null,
  hops: null,
  filter: 'object',
} as const satisfies Readonly<Record<keyof SearchOptions, Type | null>>;

/**
 * Validates search options and fills in defaults, for undefined only: null is a mistake.
 *
 * @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER
 */
export function checkOptions(options: SearchOptions, heads: ByHead): CheckedOptions {
  checkNames(options, OPTIONS);
  const { mass = 1, temperature = 1, hops = 1, without = [], heads: given = {}, filter = {} } = options;
  const { limit = options.mass === undefined ? 10 : LIMITS.limit } = options;
  for (const [name, multiplier] of Object.entries(given)) {
    if (!Object.hasOwn(heads, name)) throw unknownName('head', name, Object.keys(heads));
    if (multiplier !== undefined) checkNumber(name, multiplier, 0, LIMITS.head);
  }
  const words = checkTexts('without', without);
  if (words.length > LIMITS.without)
    throw invalidParameter('without', `at most ${LIMITS.without} words`, words.length);
  return {
    limit: checkNumber('limit', limit, 1, LIMITS.limit, true),
    temperature: checkNumber('temperature', temperature, 0.001, LIMITS.temperature),
    multipliers: Object.fromEntries(Object.keys(heads).map((name) => [name, multiplierOf(name, given)])),
    without: words,
    mass: checkNumber('mass', mass, 0.01, 1),
    hops: checkNumber('hops', hops, 0, LIMITS.hops, true),
    filter: checkFilter(filter),
  };
}
