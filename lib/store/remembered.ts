import type { Store } from './store.ts';

/** What was found out of one state of an index, by who found it. */
interface Known {
  readonly state: string;
  readonly found: Map<(store: Store) => unknown, unknown>;
}

const states = new WeakMap<Store, Known>();

function knownOf(store: Store): Known['found'] {
  const state = store.state() ?? store.dataVersion();
  const known = states.get(store);
  if (known?.state === state) return known.found;
  const found = new Map();
  states.set(store, { state, found });
  return found;
}

/** What `find` finds in an index: looked for when first asked for, once for each state of it. */
export function remembered<T>(store: Store, find: (store: Store) => T): T {
  const found = knownOf(store);
  if (!found.has(find)) found.set(find, find(store));
  return found.get(find) as T;
}

/** What was found ahead, or by another thread, with `find` in the same state. */
export function remember<T>(store: Store, find: (store: Store) => T, made: T): void {
  knownOf(store).set(find, made);
}

/**
 * Finds something out with pauses, and keeps it if the index is still as it was. What goes wrong whoever asks for it
 * finds out, or has another connection.
 *
 * @param find gives what keeps its findings, see `remember`
 */
export async function findAhead(store: Store, find: () => Promise<() => void>): Promise<void> {
  const state = store.state();
  try {
    const keep = await find();
    if (store.state() === state) keep();
  } catch {}
}

/** The same index through another connection: what is known of it need not be found again. */
export function passOn(from: Store, to: Store): void {
  const known = states.get(from);
  if (known) states.set(to, known);
}
