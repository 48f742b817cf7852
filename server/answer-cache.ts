import { hash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Engine } from '../lib/engine.ts';
import type { Following } from './following.ts';

/** Limits of the answer cache, in bytes. */
const CACHE = {
  /** Total size. The whole cache is dropped when it would grow beyond this. */
  maxBytes: 16_000_000,
  /** Counted for each entry on top of its body. Otherwise a million tiny answers could occupy gigabytes. */
  entryOverhead: 1000,
} as const;

/**
 * A cached response. The body is a Buffer because its bytes lie outside the V8 heap, so the garbage
 * collector never has to move them.
 */
interface CachedAnswer {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * Caches 200 responses until the index changes.
 *
 * The cache key, sent as the ETag, is a hash of everything a response depends on: the index version, the
 * number of changed and missing files, the state of the watcher, the URL, and the Accept, Accept-Language
 * and Cookie headers. It is known before any work is done, so a client that already has the answer gets a
 * 304.
 *
 * @param maxBytes  maximum size of the cache, in bytes
 */
export function answerCache(
  engine: Engine,
  following: Following,
  maxBytes: number = CACHE.maxBytes,
): RequestHandler {
  const boot = randomUUID(); // index versions start over with each process
  const cache = new Map<string, CachedAnswer>();
  let size = 0;
  return (request, response, next) => {
    const { changed, missing } = engine.freshness.current;
    const state = [
      boot,
      engine.version(),
      changed,
      missing,
      following(),
      request.headers['accept-language'],
      request.headers.accept,
      request.headers.cookie,
      request.originalUrl,
    ];
    const tag = hash('sha256', JSON.stringify(state), 'base64url').slice(0, 22);
    response.set({ ETag: `W/"${tag}"`, 'Cache-Control': 'private, no-cache' });
    response.vary('Accept, Accept-Language, Cookie');
    // `If-None-Match: *` matches any existing representation, and only the handler knows whether there is
    // one.
    if (request.fresh && request.headers['if-none-match'] !== '*') {
      response.status(304).end();
      return;
    }
    const known = cache.get(tag);
    if (known) {
      response.type(known.type).send(known.body);
      return;
    }
    const send = response.send.bind(response);
    response.send = (body: unknown) => {
      if (response.statusCode !== 200) response.removeHeader('ETag');
      if (response.statusCode !== 200 || typeof body !== 'string') return send(body);
      const bytes = Buffer.from(body);
      const cost = bytes.length + CACHE.entryOverhead;
      size += cost;
      if (size > maxBytes) {
        cache.clear();
        size = cost;
      }
      const type = response.get('Content-Type') ?? 'html';
      cache.set(tag, { type, body: bytes });
      response.type(type);
      return send(bytes);
    };
    next();
  };
}
