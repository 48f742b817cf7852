import { runInSlices, runToEnd } from '../turns.ts';
import type { Store } from './store.ts';

/** Computes something from an index, as a generator that pauses. */
type Find<T> = (store: Store) => Generator<undefined, T>;

/** Results for one state of an index, keyed by the function that computed them, and computations in progress. */
interface Known {
  readonly state: string;
  readonly found: Map<Find<unknown>, unknown>;
  readonly ahead: Map<Find<unknown>, Promise<void>>;
}

const states = new WeakMap<Store, Known>();

function knownOf(store: Store): Known {
  const state = store.state() ?? store.dataVersion();
  const known = states.get(store);
  if (known?.state === state) return known;
  const none: Known = { state, found: new Map(), ahead: new Map() };
  states.set(store, none);
  return none;
}

/**
 * The result of `find` for the current state of an index: computed on first use and cached until the state changes.
 */
export function remembered<T>(store: Store, find: Find<T>): T {
  return runToEnd(finding(store, find));
}

/**
 * The same, with pauses. If the index changes during one, the result goes to the cache of the old state, which
 * nobody reads.
 */
export function* finding<T>(store: Store, find: Find<T>): Generator<undefined, T> {
  const { found } = knownOf(store);
  if (!found.has(find)) found.set(find, yield* find(store));
  return found.get(find) as T;
}

/**
 * Computes a result ahead, in slices, once for all who wait. Errors are ignored here: whoever asks for the result
 * next meets them, or has another connection by then.
 */
export function precompute<T>(store: Store, find: Find<T>): Promise<void> {
  const { ahead } = knownOf(store);
  const nothing = () => {};
  const begun = ahead.get(find) ?? runInSlices(finding(store, find)).then(nothing, nothing);
  ahead.set(find, begun);
  return begun;
}

/** Stores a result that another thread computed for the same state. */
export function remember<T>(store: Store, find: Find<T>, made: T): void {
  knownOf(store).found.set(find, made);
}

/** Shares the results of one connection with another that sees the same state. */
export function shareCache(from: Store, to: Store): void {
  const known = states.get(from);
  if (known) states.set(to, known);
}
