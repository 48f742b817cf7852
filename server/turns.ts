import type { RequestHandler, Response } from 'express';
import { SearchError } from '../lib/errors.ts';
import { idle } from '../lib/steady.ts';

/** Milliseconds. */
export const TURNS = {
  /** Work after which everything else has its turn: timers, signals, answers that need no work. */
  turn: 5,
  /** Waiting after which a request is refused: whoever asked has given up, or asks again. */
  patience: 10_000,
} as const;

/**
 * Lets requests that take work do it one after another, with a pause for the event loop after
 * every five milliseconds. Sixty that come at once would otherwise be answered in one go, and a
 * health check behind them would wait for all of them.
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
      // What a request does after an `await` is part of its turn as well: a tick that is asked for among that comes after it.
      await new Promise<void>((done) => queueMicrotask(() => process.nextTick(done)));
      // And so are the slices in which it may be answered: who has to wait for them waits here, where it may hang up.
      await idle();
    } while (waiting.length > 0 && performance.now() < until);
    isWorking = waiting.length > 0;
    if (isWorking) setImmediate(work);
  };
  return (request, response, next) => {
    const since = performance.now();
    const answer = () => {
      // Who has hung up meanwhile wants no answer any more.
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
