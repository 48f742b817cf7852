import { setPriority } from 'node:os';

/**
 * Lets other threads go first where there are not enough cores for all: who waits for an answer
 * waits for no background work. Linux gives every thread a priority of its own; elsewhere it is
 * the whole process's, and stays as it is.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, 10);
  } catch {
    // Not allowed here: then all are equal.
  }
}
