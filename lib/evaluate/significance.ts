import { SearchError } from '../errors.ts';
import { seededRandom } from '../math/random.ts';

/** Random assignments of signs: p is at least 1 / (1 + ROUNDS). With one seed, the same scores give the same p. */
const ROUNDS = 10_000;
const SEED = 1;

/** A comparison of two systems on the same queries. */
export interface Comparison {
  /** Queries on which the first system scores higher, lower, the same. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Mean of first − second. */
  readonly difference: number;
  /** Two-sided p-value: probability of a mean difference at least this large if the systems were equally good. */
  readonly p: number;
}

/**
 * Paired randomisation test (Fisher 1935; for retrieval: Smucker, Allan & Carterette 2007). If two systems were
 * equally good, the scores of each query could as well be swapped, so
 *
 *     p = (1 + #{ |mean of randomly signed differences| ≥ |mean difference| }) / (1 + ROUNDS)
 *
 * @param first  one score per query
 * @param second scores of the other system, same queries in the same order
 * @throws {SearchError} INVALID_PARAMETER when the lengths differ
 */
export function comparePaired(first: readonly number[], second: readonly number[]): Comparison {
  if (first.length !== second.length) {
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected two scores per query, got ${first.length} and ${second.length} of them.`,
    );
  }
  const differences = first.map((score, i) => score - (second[i] ?? 0));
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  return {
    wins: differences.filter((difference) => difference > 0).length,
    losses: differences.filter((difference) => difference < 0).length,
    ties: differences.filter((difference) => difference === 0).length,
    difference: differences.length === 0 ? 0 : total / differences.length,
    p: (1 + countExtreme(differences, Math.abs(total))) / (1 + ROUNDS),
  };
}

function countExtreme(differences: readonly number[], observed: number): number {
  const random = seededRandom(SEED);
  const moved = differences.filter((difference) => difference !== 0); // a tie has no sign to flip
  const least = observed - 1e-9 * Math.max(1, observed); // sums in another order differ in the last bits
  let extreme = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0;
    for (const difference of moved) sum += random() < 0.5 ? difference : -difference;
    if (Math.abs(sum) >= least) extreme++;
  }
  return extreme;
}
