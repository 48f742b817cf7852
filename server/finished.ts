import type { Socket } from 'node:net';
import type { Request, Response } from 'express';

/** Callbacks waiting for each socket to close. */
const callbacks = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `done` exactly once, when the response has closed or its connection has ended.
 *
 * The response's own 'close' event is not enough: when a connection ends, Node emits none for a response
 * that is still queued behind others on it (pipelining).
 */
export function onceFinished({ socket }: Request, response: Response, done: () => void): void {
  if (socket.closed) {
    done();
    return;
  }
  const all = callbacks.get(socket) ?? new Set<() => void>();
  if (!callbacks.has(socket)) {
    callbacks.set(socket, all);
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
