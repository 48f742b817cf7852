import { createServer, type Server } from 'node:http';
import type { Express, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { SearchError } from '../lib/errors.ts';
import { onceFinished } from './finished.ts';

export const SERVER_LIMITS = {
  /**
   * Longest URL in characters. It fits a query of 2,000 Hangul syllables, percent-encoded (nine
   * characters each), and some parameters.
   */
  address: 32_000,
  /** Requests answered at the same time. */
  concurrency: 200,
  /** Open connections. */
  connections: 1000,
  /** Requests a minute per client address, with a valid token. */
  perMinute: 600,
  /**
   * Requests a minute per client address, without a valid token. Counted separately: behind a proxy all
   * clients share one address, and one without a token must not lock out the others.
   */
  refusedPerMinute: 20,
  /**
   * Milliseconds within which all headers (`headers`) and the whole request (`request`) must have
   * arrived.
   */
  headers: 10_000,
  request: 30_000,
  /** Milliseconds in which the client takes nothing of its answer, after which the connection is closed. */
  silence: 30_000,
} as const;

/**
 * Node's limit for the headers. It fits a query of 10,000 characters, percent-encoded, so that the client
 * gets our error message and not a dropped connection.
 */
const HEADER_BYTES = 128 * 1024;

/**
 * Creates an HTTP server that does not listen yet and closes connections whose requests never complete, or
 * whose client does not read the answer.
 *
 * @param limits  `headers`, `request` and `silence` in milliseconds; `connections` as a count
 */
export function createLimitedServer(
  app: Express,
  {
    headers,
    request,
    silence,
    connections,
  }: Readonly<Record<'headers' | 'request' | 'silence' | 'connections', number>> = SERVER_LIMITS,
): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: headers,
      requestTimeout: request,
      // Node checks only every 30 s by default, however short the timeouts are.
      connectionsCheckingInterval: headers / 10,
    },
    app,
  );
  server.setTimeout(silence);
  server.on('request', ({ socket }, response) => {
    // Without a listener Node closes the connection, even while the answer is still being made.
    response.on('timeout', () => {
      if (socket.writableLength > 0) socket.destroy();
    });
  });
  server.maxConnections = connections;
  return server;
}

/** Answers ADDRESS_TOO_LONG where the URL exceeds `SERVER_LIMITS.address`. */
export const addressLimit: RequestHandler = (request, _response, next) => {
  const { length } = request.originalUrl;
  if (length <= SERVER_LIMITS.address) return next();
  const what = `Expected an address of at most ${SERVER_LIMITS.address} characters, got ${length}. Shorten the query.`;
  next(new SearchError('ADDRESS_TOO_LONG', what));
};

/** Answers TOO_BUSY with Retry-After when `most` requests are already being answered. */
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
    onceFinished(request, response, () => running--);
    next();
  };
}

/** Answers TOO_MANY_REQUESTS with Retry-After above `perMinute` requests a minute from one client address. */
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
