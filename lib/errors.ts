/** Every error code, with the HTTP status a server answers it with. */
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

/**
 * The one error this project throws on purpose. `message` says what was expected,
 * what came and what to do; `code` is stable and documented in docs/errors.md.
 */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** Something given that is not what it should be: what was expected, what came, and what to do. */
export function unexpected(name: string, expected: string, got: unknown, advice = ''): SearchError {
  const message = `Expected ${name} to be ${expected}, got ${shown(got)}.`;
  return new SearchError('INVALID_PARAMETER', advice === '' ? message : `${message} ${advice}`);
}

/** What came, in a few words, whatever it is: not everything can be made a text. */
export function shown(value: unknown, most = 60): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > most ? `${value.slice(0, most)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** What every call on an engine says once it was closed. */
export function closedError(): SearchError {
  return new SearchError(
    'NOT_READY',
    'Expected an open engine, got a closed one. Engine.open gives another.',
  );
}
