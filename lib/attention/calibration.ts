import { readFileSync } from 'node:fs';
import { SearchError } from '../errors.ts';

/** All heads. The kernel adds their terms to the logit in this order. */
export const HEADS: readonly string[] = ['title', 'content', 'words', 'feedback'];

/** b and aₕ in the logit ℓᵢ = b − ln N + Σₕ aₕ · sₕᵢ. */
export interface Coefficients {
  /**
   * b: the log-odds that some document answers rather than none (at T = 1), when every score is 0
   * and the embedding explains nothing of the query.
   */
  readonly bias: number;
  /** aₕ ≥ 0 per head. */
  readonly heads: Readonly<Record<string, number>>;
}

/** Coefficients before they are scaled to a query, see scaling.ts. */
export interface Scalable extends Coefficients {
  /**
   * Effect of x, the share of the query that the embedding explains. `bias` is β: β · x is added to b.
   * `sharpness` is γ: κ contains the factor e^{γx}. See `scaledTo`.
   */
  readonly explained: { readonly bias: number; readonly sharpness: number };
}

/** All fitted coefficients, as stored in data/calibration.json. */
export interface Calibration extends Scalable {
  /** For queries where only the head `title` is on. Fitted separately: alone, a title score is stronger evidence. */
  readonly textbook: Scalable;
  /** For the first pass, which has no feedback yet and selects the documents it is built from; also for key–key attention. */
  readonly first: Coefficients;
  /** What the numbers were fitted on; for people to read, never interpreted. */
  readonly provenance: unknown;
}

/** Validates the parsed content of data/calibration.json. @throws {SearchError} INVALID_PARAMETER naming the field */
export function decodeCalibration(value: unknown): Calibration {
  const { textbook, first, provenance } = (value ?? {}) as Record<string, unknown>;
  return {
    ...decodeScalable(value, 'Calibration'),
    textbook: decodeScalable(textbook, 'Calibration, textbook'),
    first: decodeCoefficients(first, 'Calibration, first'),
    provenance,
  };
}

function decodeScalable(value: unknown, where: string): Scalable {
  const coefficients = decodeCoefficients(value, where);
  const { explained } = value as Record<string, unknown>;
  const { bias, sharpness } = (explained ?? {}) as Record<string, unknown>;
  if (!isNumber(bias) || !isNumber(sharpness)) {
    const what = `expected explained to be { bias, sharpness }, two numbers, got ${JSON.stringify(explained)}`;
    throw new SearchError('INVALID_PARAMETER', `${where}: ${what}.`);
  }
  return { ...coefficients, explained: { bias, sharpness } };
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function decodeCoefficients(value: unknown, where: string): Coefficients {
  const fail = (what: string): never => {
    throw new SearchError('INVALID_PARAMETER', `${where}: ${what}.`);
  };
  if (typeof value !== 'object' || value === null) return fail('expected an object');
  const { bias, heads } = value as Record<string, unknown>;
  if (!isNumber(bias)) return fail(`expected bias to be a number, got ${String(bias)}`);
  if (typeof heads !== 'object' || heads === null || Array.isArray(heads))
    return fail('expected heads to be an object of numbers');
  for (const [name, a] of Object.entries(heads)) {
    if (!HEADS.includes(name)) return fail(`there is no head ${name}; heads are ${HEADS.join(', ')}`);
    if (!isNumber(a) || a < 0)
      return fail(`expected heads.${name} to be a number of at least 0, got ${String(a)}`);
  }
  return { bias, heads: heads as Record<string, number> };
}

/** Reads a calibration file. @throws {SearchError} INVALID_PARAMETER naming the file or the field */
export function readCalibration(path: string | URL): Calibration {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SearchError('INVALID_PARAMETER', `Calibration ${path}: expected a JSON file. ${reason}`, {
      cause,
    });
  }
  return decodeCalibration(value);
}
