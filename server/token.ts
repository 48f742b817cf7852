import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SearchError } from '../lib/errors.ts';

const COOKIE = 'qkv_token';
const LEAST = 16;

/** Whether only this machine can reach an address to listen at. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * Beyond this machine a server needs a token: notes are private.
 *
 * @throws {SearchError} INVALID_PARAMETER
 */
export function checkToken(host: string, token: string | undefined): void {
  if (token === undefined && isLoopback(host)) return;
  if (token !== undefined && token.length >= LEAST) return;
  throw new SearchError(
    'INVALID_PARAMETER',
    `Expected QKV_TOKEN of at least ${LEAST} characters${isLoopback(host) ? '' : `, since HOST=${host} can be reached from other machines`}; got ${token === undefined ? 'none' : `${token.length}`}. Make one: QKV_TOKEN=$(openssl rand -hex 16)`,
  );
}

/**
 * Lets in who has the token: programs by `Authorization: Bearer …`, people by opening the
 * address once with `?token=…`, which is kept in a cookie that no script and no other site sees.
 *
 * @param limit what everybody else has to pass to be told that it takes a token
 */
export function tokenCheck(token: string, limit: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const given = request.query.token;
    if (typeof given === 'string' && isSame(given, token)) {
      response.cookie(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/' });
      // A path that begins with two slashes would be another site.
      response.redirect(303, request.path.replace(/^[/\\]+/, '/'));
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

/** In a time that tells nothing of where they differ. */
function isSame(given: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
