import { hash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { SearchError } from '../lib/errors.ts';

/** Content Security Policy: no inline scripts or styles, nothing from other origins, no framing. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  });
  next();
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Answers FORBIDDEN_HOST where the Host header is not ours. Defends against DNS rebinding: a foreign page
 * can point its own domain at 127.0.0.1, but its requests still carry that domain as Host.
 */
export function hostCheck(allowed: readonly string[]): RequestHandler {
  // A Host header has IPv6 addresses in brackets.
  const named = allowed.map((name) => (name.includes(':') ? `[${name}]` : name).toLowerCase());
  const names = new Set([...LOOPBACK, ...named]);
  return (request, _response, next) => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
    if (names.has(host)) next();
    else
      next(
        new SearchError(
          'FORBIDDEN_HOST',
          `Expected to be called as localhost or 127.0.0.1, not as ${JSON.stringify(host.slice(0, 60))}.`,
        ),
      );
  };
}

/**
 * Answers FORBIDDEN_ORIGIN to requests made by a page of another origin, as browsers report it in Origin
 * and Sec-Fetch-Site. Following a link from elsewhere (navigation) is allowed.
 */
export const originCheck: RequestHandler = ({ headers }, _response, next) => {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const isOurs = origin === undefined || origin.replace(/^https?:\/\//, '') === host;
  const isInvited = site === undefined || site === 'same-origin' || site === 'none' || mode === 'navigate';
  if (isOurs && isInvited) return next();
  const page =
    origin === undefined ? 'a page of another origin' : `a page at ${JSON.stringify(origin.slice(0, 60))}`;
  const what = `Expected a request of this server's own pages or of a program, not of ${page}. Let the server of that page ask.`;
  next(new SearchError('FORBIDDEN_ORIGIN', what));
};

/** The first ten hex digits of the SHA-256 of a file, for a URL that can be cached forever. */
export function fingerprint(bytes: Buffer): string {
  return hash('sha256', bytes).slice(0, 10);
}
