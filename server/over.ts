import type { Socket } from 'node:net';
import type { Request, Response } from 'express';

/** What is to be done when a connection ends. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `done` once, when a request is answered or its connection has ended. Of an answer that
 * waits behind others on a connection (pipelining) Node says nothing when the connection ends, so
 * the response alone does not tell.
 */
export function whenOver({ socket }: Request, response: Response, done: () => void): void {
  if (socket.closed) {
    done();
    return;
  }
  const all = waiting.get(socket) ?? new Set<() => void>();
  if (!waiting.has(socket)) {
    waiting.set(socket, all);
    socket.once('close', () => {
      for (const one of all) one();
    });
  }
  const over = () => {
    if (all.delete(over)) done();
  };
  all.add(over);
  response.once('close', over);
}
