import { hash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SearchError } from '../lib/errors.ts';

const COOKIE = 'qkv_token';
const MIN_LENGTH = 16;

/** Whether an address to listen on can be reached from this machine only. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * Checks that a server reachable from other machines has a token, and that a given token is long enough.
 *
 * @throws {SearchError} INVALID_PARAMETER
 */
export function checkToken(host: string, token: string | undefined): void {
  if (token === undefined && isLoopback(host)) return;
  if (token !== undefined && token.length >= MIN_LENGTH) return;
  throw new SearchError(
    'INVALID_PARAMETER',
    `Expected QKV_TOKEN of at least ${MIN_LENGTH} characters${isLoopback(host) ? '' : `, since HOST=${host} can be reached from other machines`}; got ${token === undefined ? 'none' : `${token.length}`}. Make one: QKV_TOKEN=$(openssl rand -hex 16)`,
  );
}

/**
 * Admits only requests with the token. Programs send `Authorization: Bearer …`. Browsers open `?token=…`
 * once; it is then kept in an HttpOnly, SameSite=Strict cookie, and the redirect removes it from the
 * address.
 *
 * @param limit  rate limit that all other requests pass before they are answered UNAUTHORIZED
 */
export function tokenCheck(token: string, limit: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const given = request.query.token;
    if (typeof given === 'string' && isSame(given, token)) {
      response.cookie(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/' });
      const [, query = ''] = request.originalUrl.split(/\?(.*)/s);
      const searchParams = new URLSearchParams(query);
      searchParams.delete('token');
      // A Location that begins with two slashes would lead to another host.
      const path = request.path.replace(/^[/\\]+/, '/');
      response.redirect(303, searchParams.size === 0 ? path : `${path}?${searchParams}`);
      return;
    }
    const [, bearer] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (isSame(bearer ?? cookieOf(request) ?? '', token)) return next();
    limit(request, response, (error?: unknown) => {
      if (error !== undefined) return next(error);
      response.set('WWW-Authenticate', 'Bearer realm="qkv-search"');
      next(
        new SearchError(
          'UNAUTHORIZED',
          'Expected the token of this server: as Authorization: Bearer TOKEN, or once as ?token=TOKEN in a browser.',
        ),
      );
    });
  };
}

function cookieOf({ headers }: Request): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([name]) => name === COOKIE)?.[1];
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Compares in constant time, so that timing does not reveal where the strings differ. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'));
}
