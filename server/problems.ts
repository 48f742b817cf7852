import { STATUS_CODES } from 'node:http';
import { type ErrorCode, SearchError } from '../lib/errors.ts';

/** Problem details (RFC 9457) with our stable `code`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
}

/**
 * Converts any thrown value to a SearchError. An unexpected one becomes INTERNAL, whose message reveals
 * nothing.
 */
export function asSearchError(error: unknown): SearchError {
  if (error instanceof SearchError) return error;
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 400 || error instanceof URIError) {
    return new SearchError('INVALID_PARAMETER', 'The address is not well formed: check its %-escapes.', {
      cause: error,
    });
  }
  return new SearchError('INTERNAL', 'Something went wrong on our side; the log of the server says more.', {
    cause: error,
  });
}

/** The message for HTTP clients: that of an empty query says how to pass one. */
export function detailOf({ code, message }: SearchError): string {
  return code === 'EMPTY_QUERY' ? `${message} Add ?q=words.` : message;
}

export function problemOf(error: SearchError): Problem {
  return {
    type: `urn:qkv-search:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: detailOf(error),
    code: error.code,
  };
}
