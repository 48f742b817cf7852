import { createServer, type Server } from 'node:http';
import type { Express, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { SearchError } from '../lib/errors.ts';
import { whenOver } from './over.ts';

export const SERVER_LIMITS = {
  /** Characters of an address: a query of 2,000 Hangul syllables, percent-encoded, and some more. */
  address: 32_000,
  /** Requests that are being answered at the same time. */
  concurrency: 200,
  /** Connections at the same time. */
  connections: 1000,
  /** Requests a minute from one address with the token of the server. */
  perMinute: 600,
  /** And without it. They count apart: behind a proxy all have one address, and some have no token. */
  refusedPerMinute: 20,
  /** Milliseconds until all headers, and the whole request, have come. */
  headers: 10_000,
  request: 30_000,
} as const;

/** Room for a query of 10,000 characters, percent-encoded, so that it gets our own error and not a dropped connection. */
const HEADER_BYTES = 128 * 1024;

/** A server, not yet listening, that closes connections whose requests do not come to an end. */
export function createLimitedServer(
  app: Express,
  {
    headers,
    request,
    connections,
  }: { headers: number; request: number; connections: number } = SERVER_LIMITS,
): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: headers,
      requestTimeout: request,
      // Node looks every 30 s unless told otherwise, whatever the limits are.
      connectionsCheckingInterval: headers / 10,
    },
    app,
  );
  server.maxConnections = connections;
  return server;
}

/** Refuses addresses longer than any question. */
export const addressLimit: RequestHandler = (request, _response, next) => {
  const { length } = request.originalUrl;
  if (length <= SERVER_LIMITS.address) return next();
  const what = `Expected an address of at most ${SERVER_LIMITS.address} characters, got ${length}. Shorten the query.`;
  next(new SearchError('ADDRESS_TOO_LONG', what));
};

/** Answers so many requests at a time; the others are told when to try again. */
export function concurrencyLimit(most: number = SERVER_LIMITS.concurrency): RequestHandler {
  let running = 0;
  return (request, response, next) => {
    if (running >= most) {
      response.set('Retry-After', '1');
      return next(
        new SearchError(
          'TOO_BUSY',
          `The server is answering ${most} requests already. Try again in a second.`,
        ),
      );
    }
    running++;
    whenOver(request, response, () => running--);
    next();
  };
}

/** Requests a minute from one address. */
export function rate(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response, next) => {
      response.set('Retry-After', '60');
      next(
        new SearchError(
          'TOO_MANY_REQUESTS',
          `Expected at most ${perMinute} requests a minute. Wait a minute.`,
        ),
      );
    },
  });
}
