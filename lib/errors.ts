/** Every error code, with the HTTP status that the server answers it with. */
export const ERROR_STATUS = {
  EMPTY_QUERY: 400,
  QUERY_TOO_LONG: 400,
  INVALID_PARAMETER: 400,
  UNKNOWN_PARAMETER: 400,
  INVALID_DOCUMENT: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN_HOST: 403,
  FORBIDDEN_ORIGIN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ADDRESS_TOO_LONG: 414,
  TOO_MANY_REQUESTS: 429,
  NO_INDEX: 503,
  INDEX_LOCKED: 503,
  INDEX_UNREADABLE: 503,
  INDEX_TOO_NEW: 503,
  NOT_READY: 503,
  TOO_BUSY: 503,
  INTERNAL: 500,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Values for the {placeholders} of a sentence. */
export type Facts = Readonly<Record<string, string | number>>;

/**
 * The one error that this project throws on purpose. `code` is stable and documented in docs/errors.md. `message`
 * says what was expected, what was given and what to do. It is `sentence` with its {placeholders} filled from
 * `facts`; keep the two apart to translate the message.
 */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly facts: Facts;

  constructor(
    code: ErrorCode,
    sentence: string,
    { facts = {}, ...options }: ErrorOptions & { readonly facts?: Facts } = {},
  ) {
    super(filled(sentence, facts), options);
    this.code = code;
    this.sentence = sentence;
    this.facts = facts;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** A text with each {name} replaced by its value; unknown names stay. */
export function filled(text: string, values: Facts): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** An INVALID_PARAMETER error. @param expected what was expected; may contain {placeholders} for `facts` */
export function invalidParameter(
  name: string,
  expected: string,
  got: unknown,
  facts: Facts = {},
): SearchError {
  const sentence = `Expected {name} to be ${expected}, got {got}.`;
  return new SearchError('INVALID_PARAMETER', sentence, { facts: { ...facts, name, got: shown(got) } });
}

/** An INVALID_PARAMETER error for a value that is not among the choices. */
export function notOneOf(name: string, choices: readonly string[], got: string): SearchError {
  const facts = { name, choices: choices.join(', '), got: shown(got) };
  return new SearchError('INVALID_PARAMETER', 'Expected {name} to be one of {choices}; got {got}.', {
    facts,
  });
}

/** An UNKNOWN_PARAMETER error. @param what what the name should be one of, such as 'option' */
export function unknownName(what: string, name: string, known: readonly string[]): SearchError {
  const all = `${what.charAt(0).toUpperCase()}${what.slice(1)}s are ${known.join(', ')}.`;
  return new SearchError('UNKNOWN_PARAMETER', `There is no ${what} "${name}". ${all}`);
}

/** Requires a number in [least, most], if `whole` an integer. @throws {SearchError} INVALID_PARAMETER */
export function checkNumber(name: string, value: number, least: number, most: number, whole = false): number {
  const isIn = typeof value === 'number' && value >= least && value <= most;
  if (isIn && (!whole || Number.isInteger(value))) return value;
  const expected = `a ${whole ? 'whole ' : ''}number from {least} to {most}`;
  throw invalidParameter(name, expected, value, { least, most });
}

export function noDocument(id: number): SearchError {
  return new SearchError('NOT_FOUND', 'There is no document {id}.', { facts: { id } });
}

/**
 * A short description of any value for an error message; never throws, unlike `String(value)` for some objects.
 *
 * @param most longest string shown in full, in UTF-16 units
 */
export function shown(value: unknown, most = 60): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > most ? `${value.slice(0, most)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** The error of every call on a closed engine. */
export function closedError(): SearchError {
  return new SearchError(
    'NOT_READY',
    'Expected an open engine, got a closed one. Engine.open gives another.',
  );
}
