import { createHash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Engine } from '../lib/engine.ts';
import type { Following } from './following.ts';

/** Bytes. */
const KEPT = {
  /** Of the answers that are kept. */
  most: 16_000_000,
  /** What one takes besides its own: a million small ones would take gigabytes. */
  each: 1000,
} as const;

/** Bytes, not a text: they lie outside of the heap, where no collection has to move them. */
interface Kept {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * Gives the same answer to the same question without computing it again, for as long as the
 * index is the same. The ETag says what the answer depends on (the index, its files, whether they are
 * followed, the address, the languages) and is known before the work: who has that answer gets a 304.
 */
export function remembered(engine: Engine, following: Following, most: number = KEPT.most): RequestHandler {
  const boot = randomUUID(); // the counters of the index begin anew with the process
  const kept = new Map<string, Kept>();
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
    const tag = createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22);
    response.set({ ETag: `W/"${tag}"`, 'Cache-Control': 'private, no-cache' });
    response.vary('Accept, Accept-Language, Cookie');
    // `*` asks whether there is any answer: only the answer itself tells.
    if (request.fresh && request.headers['if-none-match'] !== '*') {
      response.status(304).end();
      return;
    }
    const known = kept.get(tag);
    if (known) {
      response.type(known.type).send(known.body);
      return;
    }
    const send = response.send.bind(response);
    response.send = (body: unknown) => {
      if (response.statusCode !== 200) response.removeHeader('ETag');
      if (response.statusCode !== 200 || typeof body !== 'string') return send(body);
      const bytes = Buffer.from(body);
      const takes = bytes.length + KEPT.each;
      size += takes;
      if (size > most) {
        kept.clear();
        size = takes;
      }
      const type = response.get('Content-Type') ?? 'html';
      kept.set(tag, { type, body: bytes });
      response.type(type);
      return send(bytes);
    };
    next();
  };
}
