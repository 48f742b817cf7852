import { STATUS_CODES } from 'node:http';
import { type ErrorCode, SearchError } from '../lib/errors.ts';

/** RFC 9457 problem details, with our stable `code`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
}

/** What went wrong as one of our errors; what nobody expected becomes INTERNAL and tells nothing. */
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

/** What went wrong, for who asks over HTTP. */
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
