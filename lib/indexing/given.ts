import { type DocumentFormat, type DocumentInput, MOST_LINKS } from '../document.ts';
import { SearchError, shown } from '../errors.ts';
import { isoDate } from '../ingest/dates.ts';

/** Longer titles are minified text or a broken export, and would make meaningless keys. */
const LONGEST_GIVEN_TITLE = 1000;

const FORMATS: ReadonlySet<DocumentFormat> = new Set(['markdown', 'text', 'html', 'json', 'csv', 'pdf']);

/** All fields. An unknown field is an error, because its contents would be lost silently. */
const FIELDS = [
  'uri',
  'title',
  'content',
  'format',
  'source',
  'tags',
  'properties',
  'aliases',
  'date',
  'links',
] satisfies readonly (keyof DocumentInput)[];

/** Validates a document. @throws {SearchError} INVALID_DOCUMENT, naming the document and the field */
export function checkDocument(document: DocumentInput): void {
  const fail = (what: string) => {
    throw new SearchError('INVALID_DOCUMENT', `Document ${shown(document?.uri ?? null, 1000)}: ${what}.`);
  };
  if (typeof document !== 'object' || document === null)
    fail(`expected an object, got ${document === null ? 'null' : typeof document}`);
  const unknown = Object.keys(document).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined) fail(`there is no field ${shown(unknown)}, only ${FIELDS.join(', ')}`);
  if (typeof document.uri !== 'string' || document.uri === '') fail('expected uri to be a non-empty string');
  if (typeof document.title !== 'string') fail(`expected title to be a string, got ${typeof document.title}`);
  if (document.title.length > LONGEST_GIVEN_TITLE)
    fail(`expected a title of at most ${LONGEST_GIVEN_TITLE} characters, got ${document.title.length}`);
  if (typeof document.content !== 'string')
    fail(`expected content to be a string, got ${typeof document.content}`);
  if (!FORMATS.has(document.format))
    fail(`expected format to be one of ${[...FORMATS].join(', ')}, got ${shown(document.format)}`);
  for (const field of ['source', 'date'] as const) {
    if (document[field] !== undefined && typeof document[field] !== 'string')
      fail(`expected ${field} to be a string, got ${typeof document[field]}`);
  }
  const { date } = document;
  // Filters compare dates as text.
  if (date !== undefined && (!/^\d{4}-\d{2}-\d{2}($|T)/.test(date) || isoDate(date) === null))
    fail(`expected date to be in ISO 8601, a day or an instant, got ${shown(date)}`);
  for (const field of ['tags', 'aliases', 'links'] as const) {
    const list: unknown = document[field];
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string')))
      fail(`expected ${field} to be a list of strings`);
  }
  const properties: unknown = document.properties ?? [];
  if (!(Array.isArray(properties) && properties.every(isProperty)))
    fail('expected properties to be a list of { name, value }, both strings');
}

function isProperty(one: unknown): boolean {
  const { name, value, ...others } = (one ?? {}) as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && typeof value === 'string' && Object.keys(others).length === 0;
}

/**
 * A document as it is stored: well-formed; and as files are read: its names and tags in one Unicode spelling (NFC), in
 * which they are looked for, and its date in UTC, by which it is filtered.
 */
export function asStored(document: DocumentInput): DocumentInput {
  const { uri, title, tags, aliases, date, links, ...others } = wellFormed(document);
  const known = date === undefined ? null : isoDate(date);
  return {
    ...others,
    uri: uri.normalize(),
    title: title.normalize(),
    ...(tags ? { tags: tags.map((tag) => tag.normalize()) } : {}),
    ...(aliases ? { aliases: aliases.map((alias) => alias.normalize()) } : {}),
    ...(links ? { links: links.slice(0, MOST_LINKS) } : {}),
    ...(known === null ? {} : { date: known }),
  };
}

/**
 * A copy with U+FFFD for every NUL and lone surrogate, in all strings. SQLite stores UTF-8, which cannot represent
 * a lone surrogate: it would store three characters instead, and shift all later offsets. And SQLite's functions
 * end a text at a NUL.
 */
export function wellFormed<T>(given: T): T {
  if (typeof given === 'string') return given.toWellFormed().replaceAll('\0', '\ufffd') as T;
  if (typeof given !== 'object' || given === null) return given;
  if (Array.isArray(given)) return given.map(wellFormed) as T;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, wellFormed(value)])) as T;
}
