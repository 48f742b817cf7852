import { atOnce, inSlices } from '../turns.ts';
import type { Store } from './store.ts';

/** Finds something out of an index, with pauses. */
type Find<T> = (store: Store) => Generator<undefined, T>;

/** What was found out of one state of an index, by who found it, and what is being found ahead. */
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

/** What `find` finds in an index: looked for when first asked for, once for each state of it. */
export function remembered<T>(store: Store, find: Find<T>): T {
  return atOnce(finding(store, find));
}

/** The same with pauses. Where the index changes in one, nobody asks any more for what is kept of the state before. */
export function* finding<T>(store: Store, find: Find<T>): Generator<undefined, T> {
  const { found } = knownOf(store);
  if (!found.has(find)) found.set(find, yield* find(store));
  return found.get(find) as T;
}

/** Finds it out in slices, once for all who wait for it. What goes wrong whoever asks for it finds out, or has another connection. */
export function findAhead<T>(store: Store, find: Find<T>): Promise<void> {
  const { ahead } = knownOf(store);
  const nothing = () => {};
  const begun = ahead.get(find) ?? inSlices(finding(store, find)).then(nothing, nothing);
  ahead.set(find, begun);
  return begun;
}

/** What another thread found with `find` in the same state. */
export function remember<T>(store: Store, find: Find<T>, made: T): void {
  knownOf(store).found.set(find, made);
}

/** The same index through another connection: what is known of it need not be found again. */
export function passOn(from: Store, to: Store): void {
  const known = states.get(from);
  if (known) states.set(to, known);
}
