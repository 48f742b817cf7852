import { communities, undirected } from '../math/communities.ts';
import { remainderOf } from '../math/softmax.ts';
import { type AttentionRecord, strongest } from './attend.ts';

/**
 * What each of N documents gives to the others, the strongest k of them in compressed sparse
 * rows: document i gives weights[m] to targets[m] for m in [offsets[i], offsets[i+1]).
 */
export interface Relations {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
  readonly logits: Float64Array;
  /** By head, one for each relation. */
  readonly scores: Readonly<Record<string, Float64Array>>;
  /** (N), the null key's weight of each row. */
  readonly nothing: Float64Array;
  /** (N), the weight of the relations that are not listed; Σ weights + nothing + remainder = 1 in every row. */
  readonly remainder: Float64Array;
}

/** Room for the rows of N documents, at most k relations each. */
export function emptyRelations(documents: number, k: number, heads: readonly string[]): Relations {
  const most = documents * k;
  return {
    offsets: new Int32Array(documents + 1),
    targets: new Int32Array(most),
    weights: new Float64Array(most),
    logits: new Float64Array(most),
    scores: Object.fromEntries(heads.map((name) => [name, new Float64Array(most)])),
    nothing: new Float64Array(documents),
    remainder: new Float64Array(documents),
  };
}

/** Writes the row of document i, of whose relations the k strongest; those before it have been written. */
export function writeRow(relations: Relations, i: number, k: number, record: AttentionRecord): void {
  const { offsets, targets, weights, logits, scores, nothing, remainder } = relations;
  let given = record.softmax.nothing;
  let at = offsets[i]!;
  const listed = strongest(record, k);
  for (const { index, weight, logit, scores: by } of listed) {
    targets[at] = index;
    weights[at] = weight;
    logits[at] = logit;
    for (const name of Object.keys(scores)) scores[name]![at] = by[name] ?? 0;
    given += weight;
    at++;
  }
  nothing[i] = record.softmax.nothing;
  remainder[i] = listed.length >= nothing.length - 1 ? 0 : remainderOf(given);
  offsets[i + 1] = at;
}

/** Documents that attend to each other more than to others. */
export interface Neighbourhood {
  /** Positions, those that receive most attention from within first; the first is its centre. */
  readonly members: readonly number[];
  /** What one of its documents gives to each neighbourhood, on average. */
  readonly weights: readonly number[];
  readonly nothing: number;
  /** Σ weights + nothing + remainder = 1. */
  readonly remainder: number;
}

/**
 * The communities of the relations (Louvain method: see `communities`), the largest first.
 *
 * @param most while there are more, the smallest joins the one that it shares most attention with
 */
export function* neighbourhoods(relations: Relations, most: number): Generator<undefined, Neighbourhood[]> {
  const found = yield* communities(undirected(relations));
  const of = numbered(yield* gather(relations, found, most));
  yield;
  const groups: number[][] = [];
  of.forEach((g, i) => {
    const group = groups[g] ?? [];
    group.push(i);
    groups[g] = group;
  });
  return groups.map((members) => ({
    members: mostAttended(relations, members, of),
    ...averages(relations, members, of, groups.length),
  }));
}

/** Joins the smallest communities to others until there are at most `most`. */
function* gather(relations: Relations, of: Int32Array, most: number): Generator<undefined, Int32Array> {
  const sizes = sizesOf(of);
  const shared = sharedAttention(relations, of, sizes.size);
  const into = Int32Array.from({ length: sizes.size }, (_, c) => c);
  while (sizes.size > most) {
    const [smallest, size] = leastOf(sizes);
    sizes.delete(smallest);
    const given = shared[smallest]!;
    // One that shares nothing joins the next smallest.
    const [nearest] = given.size > 0 ? leastOf(given, -1) : leastOf(sizes);
    sizes.set(nearest, sizes.get(nearest)! + size);
    for (const [c, weight] of given) {
      shared[c]!.delete(smallest);
      if (c === nearest) continue;
      shared[c]!.set(nearest, (shared[c]!.get(nearest) ?? 0) + weight);
      shared[nearest]!.set(c, (shared[nearest]!.get(c) ?? 0) + weight);
    }
    for (let c = 0; c < into.length; c++) if (into[c] === smallest) into[c] = nearest;
    yield;
  }
  return of.map((c) => into[c]!);
}

function sizesOf(of: Int32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const c of of) sizes.set(c, (sizes.get(c) ?? 0) + 1);
  return sizes;
}

/** What each community gives to each other and gets from it. */
function sharedAttention({ offsets, targets, weights }: Relations, of: Int32Array, count: number) {
  const shared = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < of.length; i++) {
    for (let m = offsets[i]!; m < offsets[i + 1]!; m++) {
      const [a, b] = [of[i]!, of[targets[m]!]!];
      if (a === b) continue;
      shared[a]!.set(b, (shared[a]!.get(b) ?? 0) + weights[m]!);
      shared[b]!.set(a, (shared[b]!.get(a) ?? 0) + weights[m]!);
    }
  }
  return shared;
}

/** The entry with the least value, or the most where `sign` is −1; of equal ones that with the smallest key. */
function leastOf(values: ReadonlyMap<number, number>, sign = 1): [key: number, value: number] {
  let least: [number, number] = [-1, Number.POSITIVE_INFINITY];
  for (const [key, value] of values) {
    const signed = sign * value;
    if (signed < least[1] || (signed === least[1] && key < least[0])) least = [key, signed];
  }
  return [least[0], sign * least[1]];
}

/** The same communities, numbered by size, the largest first. */
function numbered(of: Int32Array): Int32Array {
  const order = [...sizesOf(of)].sort((a, b) => b[1] - a[1]).map(([c]) => c);
  const numbers = new Map(order.map((c, number) => [c, number]));
  return of.map((c) => numbers.get(c)!);
}

function mostAttended(
  { offsets, targets, weights }: Relations,
  members: readonly number[],
  of: Int32Array,
): number[] {
  const received = new Map(members.map((i) => [i, 0]));
  for (const i of members) {
    for (let m = offsets[i]!; m < offsets[i + 1]!; m++) {
      const j = targets[m]!;
      if (of[j] === of[i]) received.set(j, received.get(j)! + weights[m]!);
    }
  }
  return members.toSorted((a, b) => received.get(b)! - received.get(a)! || a - b);
}

function averages(relations: Relations, members: readonly number[], of: Int32Array, groups: number) {
  const { offsets, targets, weights } = relations;
  const sums = new Array<number>(groups).fill(0);
  let nothing = 0;
  let remainder = 0;
  for (const i of members) {
    for (let m = offsets[i]!; m < offsets[i + 1]!; m++) {
      const g = of[targets[m]!]!;
      sums[g] = sums[g]! + weights[m]! / members.length;
    }
    nothing += relations.nothing[i]! / members.length;
    remainder += relations.remainder[i]! / members.length;
  }
  return { weights: sums, nothing, remainder };
}
