import { communities, type Graph, undirected } from '../math/communities.ts';
import { remainingWeight } from '../math/softmax.ts';
import { type AttentionRecord, strongest } from './attend.ts';

/**
 * Key–key attention among N documents: the k largest weights of each row. Document i gives weights[m] to
 * targets[m] for m in [offsets[i], offsets[i+1]).
 */
export interface Relations extends Graph {
  readonly logits: Float64Array;
  /** By name of head, one score for each listed relation. */
  readonly scores: Readonly<Record<string, Float64Array>>;
  /** (N), the null key's weight of each row. */
  readonly nothing: Float64Array;
  /** (N), the summed weight of the relations not listed; Σ weights + nothing + remainder = 1 in every row. */
  readonly remainder: Float64Array;
}

/** Empty relations with room for N rows of at most k entries. `writeRow` fills them. */
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

/** Writes the k strongest relations of document i. Rows must be written in order: each starts where the last ended. */
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
  remainder[i] = listed.length >= nothing.length - 1 ? 0 : remainingWeight(given);
  offsets[i + 1] = at;
}

/** A community of documents that attend to each other more than to the rest. */
export interface Neighbourhood {
  /** Positions, ordered by the attention received from other members, most first; the first is the centre. */
  readonly members: readonly number[];
  /** Mean attention that a member gives to each neighbourhood, in their order; its own included. */
  readonly weights: readonly number[];
  /** Mean weight of the null key over the members. */
  readonly nothing: number;
  /** Σ weights + nothing + remainder = 1. */
  readonly remainder: number;
}

/**
 * Communities of the documents by the Louvain method (see `communities`), the largest first.
 * A generator, so that the caller can let other work run at each `yield`.
 *
 * @param most at most this many: the smallest community is merged into the one it exchanges most
 *             attention with, again and again
 */
export function* neighbourhoods(relations: Relations, most: number): Generator<undefined, Neighbourhood[]> {
  const found = yield* communities(undirected(relations));
  const of = numberedBySize(yield* mergeSmallest(relations, found, most));
  yield;
  const groups: number[][] = [];
  of.forEach((g, i) => {
    const group = groups[g] ?? [];
    group.push(i);
    groups[g] = group;
  });
  return groups.map((members) => ({
    members: sortedByReceived(relations, members, of),
    ...averages(relations, members, of, groups.length),
  }));
}

/** Merges the smallest communities into others until there are at most `most`. */
function* mergeSmallest(
  relations: Relations,
  of: Int32Array,
  most: number,
): Generator<undefined, Int32Array> {
  const sizes = sizesOf(of);
  const shared = sharedAttention(relations, of, sizes.size);
  const into = Int32Array.from({ length: sizes.size }, (_, c) => c);
  while (sizes.size > most) {
    const [smallest, size] = leastOf(sizes);
    sizes.delete(smallest);
    const given = shared[smallest]!;
    // A community without any exchange is merged into the next smallest.
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

/** For each community, the attention it exchanges (gives plus gets) with each other one. */
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

/** The entry with the smallest value, or with the largest when `sign` is −1; ties go to the smallest key. */
function leastOf(values: ReadonlyMap<number, number>, sign = 1): [key: number, value: number] {
  let least: [number, number] = [-1, Number.POSITIVE_INFINITY];
  for (const [key, value] of values) {
    const signed = sign * value;
    if (signed < least[1] || (signed === least[1] && key < least[0])) least = [key, signed];
  }
  return [least[0], sign * least[1]];
}

/** Renumbers communities by size: 0 is the largest. */
function numberedBySize(of: Int32Array): Int32Array {
  const order = [...sizesOf(of)].sort((a, b) => b[1] - a[1]).map(([c]) => c);
  const numbers = new Map(order.map((c, number) => [c, number]));
  return of.map((c) => numbers.get(c)!);
}

function sortedByReceived(
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
