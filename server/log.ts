import { unescape as decode } from 'node:querystring';
import type { RequestHandler } from 'express';
import { onceFinished } from './finished.ts';

/**
 * Logs one line of JSON per request. The query string is left out unless `withQueries`; the value of a
 * token is always left out.
 */
export function accessLog(write: (line: string) => void, withQueries: boolean): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const path = withQueries ? withoutToken(request.originalUrl) : request.path;
    onceFinished(request, response, () => {
      write(
        JSON.stringify({
          time: new Date().toISOString(),
          method: request.method,
          path,
          status: response.statusCode,
          ms: Math.round(10 * (performance.now() - started)) / 10,
          finished: response.writableFinished,
        }),
      );
    });
    next();
  };
}

function withoutToken(address: string): string {
  return address.replace(/([?&])([^=&]*)=[^&]*/g, (pair, mark: string, name: string) =>
    decode(name) === 'token' ? `${mark}token=…` : pair,
  );
}
