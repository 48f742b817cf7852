import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { SearchError } from '../lib/errors.ts';

/** No inline script or style, nothing from elsewhere, no framing. */
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

/** The headers of every response. */
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
 * Refuses requests whose Host is not ours: a web page elsewhere may point its own name at
 * 127.0.0.1 (DNS rebinding), but its requests still carry that name.
 */
export function hostCheck(allowed: readonly string[]): RequestHandler {
  // An IPv6 address stands in brackets in a Host header.
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
 * Refuses requests that a page of another origin makes: browsers say so in Origin and in
 * Sec-Fetch-Site. A link from elsewhere may be followed.
 */
export const originCheck: RequestHandler = ({ headers }, _response, next) => {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const isOurs = origin === undefined || origin.replace(/^https?:\/\//, '') === host;
  const isInvited = site === undefined || site === 'same-origin' || site === 'none' || mode === 'navigate';
  if (isOurs && isInvited) return next();
  const what = `Expected a request of this server's own pages or of a program, not of a page at ${JSON.stringify((origin ?? site ?? '').slice(0, 60))}.`;
  next(new SearchError('FORBIDDEN_ORIGIN', what));
};

/** A short name for the bytes of a file, so that it can be cached for ever. */
export function fingerprint(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 10);
}
