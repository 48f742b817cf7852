import type { RequestHandler } from 'express';

/** Milliseconds of work after which everything else has its turn: timers, signals, answers that need no work. */
const TURN = 5;

/**
 * Lets requests that take work do it one after another, with a pause for the event loop after
 * every five milliseconds. Sixty that come at once would otherwise be answered in one go, and a
 * health check behind them would wait for all of them.
 */
export function turns(): RequestHandler {
  const waiting: (() => void)[] = [];
  const work = () => {
    const until = performance.now() + TURN;
    do waiting.shift()?.();
    while (waiting.length > 0 && performance.now() < until);
    if (waiting.length > 0) setImmediate(work);
  };
  return (request, _response, next) => {
    waiting.push(() => {
      // Who has hung up meanwhile wants no answer any more.
      if (!request.socket.destroyed) next();
    });
    if (waiting.length === 1) setImmediate(work);
  };
}
