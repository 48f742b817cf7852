import type { RequestHandler, Response } from 'express';
import { SearchError } from '../lib/errors.ts';
import { idle } from '../lib/snapshot.ts';

/** Default times of the queue, in milliseconds. */
export const TURNS = {
  /** Milliseconds of work after which the event loop turns: timers, signals, requests that need no work. */
  turn: 5,
  /**
   * Milliseconds of waiting after which a request is refused. By then its client has given up or will
   * retry.
   */
  patience: 10_000,
} as const;

/**
 * Queues expensive requests: one at a time, with a pause for the event loop after every `turn`
 * milliseconds.
 *
 * Without it, sixty simultaneous searches would be answered in one go, and a health check behind them
 * would wait for all of them. A request that waits longer than `patience` is answered TOO_BUSY with
 * Retry-After.
 */
export function turns({ turn, patience }: { turn: number; patience: number } = TURNS): RequestHandler {
  const waiting: { readonly answer: () => void; readonly response: Response }[] = [];
  let isWorking = false;
  const work = async () => {
    const until = performance.now() + turn;
    do {
      const next = waiting.shift();
      next?.answer();
      if (next?.response.writableEnded) continue;
      // A handler may continue after an `await`. A tick requested from a microtask runs after those
      // continuations, so they still belong to this turn.
      await new Promise<void>((done) => queueMicrotask(() => process.nextTick(done)));
      // Also wait for responses that are built in slices, so that later requests wait here, where a
      // client that hangs up is noticed.
      await idle();
    } while (waiting.length > 0 && performance.now() < until);
    isWorking = waiting.length > 0;
    if (isWorking) setImmediate(work);
  };
  return (request, response, next) => {
    const since = performance.now();
    const answer = () => {
      // The client has hung up: there is nobody to answer.
      if (request.socket.destroyed) return;
      if (performance.now() - since <= patience) return next();
      response.set('Retry-After', '1');
      next(
        new SearchError(
          'TOO_BUSY',
          `The server has more to do than it can in ${patience / 1000} s. Try again.`,
        ),
      );
    };
    waiting.push({ answer, response });
    if (!isWorking) setImmediate(work);
    isWorking = true;
  };
}
