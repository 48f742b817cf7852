import { readFileSync } from 'node:fs';
import { SearchError } from '../errors.ts';
import type { VerdictThresholds } from './verdict.ts';

/** All heads there are. Logits are summed in this order. */
export const HEADS: readonly string[] = ['title', 'content', 'words', 'feedback'];

/** b and aₕ of the logit. */
export interface Coefficients {
  /** b: the log-odds that one document answers when no head says anything. */
  readonly bias: number;
  /** aₕ ≥ 0 per head. */
  readonly heads: Readonly<Record<string, number>>;
}

/** All heads' coefficients, those of a first look, which has no feedback yet, and where they came from. */
export interface Calibration extends Coefficients {
  readonly first: Coefficients;
  readonly verdict: VerdictThresholds;
  /** What the numbers were fitted on, for a reader. */
  readonly provenance: unknown;
}

/** Decodes data/calibration.json. @throws {SearchError} INVALID_PARAMETER naming the field */
export function decodeCalibration(value: unknown): Calibration {
  const { first, verdict, provenance } = (value ?? {}) as Record<string, unknown>;
  const all = decodeCoefficients(value, 'Calibration');
  const alone = decodeCoefficients(first, 'Calibration, first');
  const { strong, none } = (verdict ?? {}) as Record<string, unknown>;
  if (typeof strong !== 'number' || typeof none !== 'number' || !(none <= strong)) {
    const what = `expected verdict to be { strong, none } with none ≤ strong, got ${JSON.stringify(verdict)}`;
    throw new SearchError('INVALID_PARAMETER', `Calibration: ${what}.`);
  }
  return { ...all, first: alone, verdict: { strong, none }, provenance };
}

function decodeCoefficients(value: unknown, where: string): Coefficients {
  const fail = (what: string): never => {
    throw new SearchError('INVALID_PARAMETER', `${where}: ${what}.`);
  };
  if (typeof value !== 'object' || value === null) return fail('expected an object');
  const { bias, heads } = value as Record<string, unknown>;
  if (typeof bias !== 'number' || !Number.isFinite(bias))
    return fail(`expected bias to be a number, got ${String(bias)}`);
  if (typeof heads !== 'object' || heads === null || Array.isArray(heads))
    return fail('expected heads to be an object of numbers');
  for (const [name, a] of Object.entries(heads)) {
    if (!HEADS.includes(name)) return fail(`there is no head ${name}; heads are ${HEADS.join(', ')}`);
    if (typeof a !== 'number' || !(a >= 0) || !Number.isFinite(a))
      return fail(`expected heads.${name} to be a number of at least 0, got ${String(a)}`);
  }
  return { bias, heads: heads as Record<string, number> };
}

/** Reads a calibration file. @throws {SearchError} INVALID_PARAMETER naming the file, or the field */
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
