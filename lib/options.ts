import { SearchError } from './errors.ts';
import { checkFilter } from './filter.ts';
import type { ByHead, DocumentFilter, SearchOptions } from './response.ts';

/** Search options with what is left out filled in. */
export interface CheckedOptions {
  readonly limit: number;
  readonly temperature: number;
  readonly multipliers: ByHead;
  readonly without: readonly string[];
  /** Stop listing once this share of what the documents get is held; 1 for no such stop. */
  readonly mass: number;
  readonly hops: number;
  readonly filter: DocumentFilter;
}

export const LIMITS = { queryLength: 2000, limit: 100, temperature: 1000, head: 100, hops: 3 } as const;

/** @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG */
export function checkQuery(text: string): void {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new SearchError(
      'EMPTY_QUERY',
      'Expected a query with at least one character, got an empty one. Add ?q=words.',
    );
  }
  if (text.length > LIMITS.queryLength) {
    throw new SearchError(
      'QUERY_TOO_LONG',
      `Expected a query of at most ${LIMITS.queryLength} characters, got ${text.length}. Shorten it.`,
    );
  }
}

/** A head whose multiplier is another's unless it is given: feedback is a second look at the content. */
export const FOLLOWS: Readonly<Record<string, string>> = { feedback: 'content' };

/** What a head's multiplier is, given or not. */
export function multiplierOf(name: string, given: ByHead): number {
  return given[name] ?? given[FOLLOWS[name] ?? ''] ?? 1;
}

/** Every option there is: a misspelled one would otherwise do nothing, and say nothing. */
const OPTIONS = [
  'limit',
  'temperature',
  'heads',
  'mass',
  'without',
  'hops',
  'filter',
] satisfies readonly (keyof SearchOptions)[];

/** @throws {SearchError} UNKNOWN_PARAMETER for an option that is none of those known */
export function checkNames(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SearchError(
    'UNKNOWN_PARAMETER',
    `There is no option "${unknown}". Options are ${known.join(', ')}.`,
  );
}

/** @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER */
export function checkOptions(options: SearchOptions, heads: ByHead): CheckedOptions {
  checkNames(options, OPTIONS);
  const { without = [] } = options;
  if (!Array.isArray(without) || !without.every((word) => typeof word === 'string')) {
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected without to be a list of words, got ${JSON.stringify(without)}. Put them in [ ].`,
    );
  }
  const number = (name: string, value: number, least: number, most: number, whole = false) => {
    if (
      typeof value !== 'number' ||
      !(value >= least && value <= most) ||
      (whole && !Number.isInteger(value))
    ) {
      throw new SearchError(
        'INVALID_PARAMETER',
        `Expected ${name} to be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, got ${String(value)}.`,
      );
    }
    return value;
  };
  for (const name of Object.keys(options.heads ?? {})) {
    if (!Object.hasOwn(heads, name)) {
      throw new SearchError(
        'UNKNOWN_PARAMETER',
        `There is no head "${name}". Heads are ${Object.keys(heads).join(', ')}.`,
      );
    }
  }
  return {
    limit: number(
      'limit',
      options.limit ?? (options.mass === undefined ? 10 : LIMITS.limit),
      1,
      LIMITS.limit,
      true,
    ),
    temperature: number('temperature', options.temperature ?? 1, 0.001, LIMITS.temperature),
    multipliers: Object.fromEntries(
      Object.keys(heads).map((name) => [
        name,
        number(name, multiplierOf(name, options.heads ?? {}), 0, LIMITS.head),
      ]),
    ),
    without,
    mass: number('mass', options.mass ?? 1, 0.01, 1),
    hops: number('hops', options.hops ?? 1, 0, LIMITS.hops, true),
    filter: checkFilter(options.filter ?? {}),
  };
}
