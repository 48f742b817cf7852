import { unescape as decode } from 'node:querystring';
import type { RequestHandler } from 'express';
import { whenOver } from './over.ts';

/** One line of JSON for each request; without what was asked, unless `withQueries`. */
export function accessLog(write: (line: string) => void, withQueries: boolean): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const path = withQueries ? withoutToken(request.originalUrl) : request.path;
    whenOver(request, response, () => {
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
