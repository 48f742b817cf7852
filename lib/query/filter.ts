import { invalidParameter, notOneOf, SearchError, unknownName } from '../errors.ts';
import { isoDate } from '../ingest/dates.ts';
import type { DocumentFilter } from '../response.ts';
import { DETECTED } from '../text/language.ts';

/** The filters, in the order in which they are shown. */
export const FILTERS = [
  'folder',
  'tag',
  'language',
  'since',
  'until',
] as const satisfies readonly (keyof DocumentFilter)[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Validates a filter and drops undefined fields. @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER */
export function checkFilter(filter: DocumentFilter): DocumentFilter {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!FILTERS.some((filter) => filter === name)) throw unknownName('filter', name, FILTERS);
    const isDay = name === 'since' || name === 'until';
    if (typeof value === 'string' && value.length <= 500 && (!isDay || isDayOfCalendar(value))) continue;
    throw invalidParameter(
      name,
      isDay ? 'a day of the calendar as YYYY-MM-DD' : 'text of at most {most} characters',
      value,
      { most: 500 },
    );
  }
  const { since, until, language = '' } = filter;
  // An impossible language would find nothing, and hide a typo.
  if (language !== '' && !DETECTED.some((tag) => tag === language.toLowerCase()))
    throw notOneOf('language', DETECTED, language);
  if (since !== undefined && until !== undefined && since > until) {
    throw new SearchError(
      'INVALID_PARAMETER',
      'Expected since to be no later than until, got since {since} and until {until}.',
      { facts: { since, until } },
    );
  }
  return Object.fromEntries(given);
}

function isDayOfCalendar(text: string): boolean {
  return DAY.test(text) && isoDate(text) === text;
}
