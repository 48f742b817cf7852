import { dotRows } from '../../lib/math/keys.ts';
import { KernelMemory } from '../../lib/math/memory.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { type Scan, sqliteScan, usearchScan } from '../peers/vectors.ts';
import { CommandError } from './cli.ts';

const DIMENSION = 128;
const RUNS = 15;
/** Keys prefetched per block, as in lib/math/kernel/look.as.ts. */
const AHEAD = 512;
const LISTED = 10;

interface KernelMeasurement {
  readonly name: string;
  /** Milliseconds: the median of `RUNS` scans of all keys. */
  readonly p50: number;
  /** p50 as a multiple of the kernel's. */
  readonly ratio: number;
}

/**
 * Times an exact scan of all keys for one query, on one thread, in several ways: the kernel; summing the
 * same bytes with equally wide instructions, which is what memory bandwidth allows; the kernel's
 * TypeScript twin; float32 in TypeScript; and two libraries, where they are installed (npm install
 * --no-save usearch sqlite-vec).
 *
 * @param rows  number of keys, of 128 components each
 * @throws {CommandError} when the kernel is not built, or a scan finds another nearest key
 */
export async function measureKernel(rows: number): Promise<KernelMeasurement[]> {
  const random = seededRandom(7);
  const int8 = () => Math.floor(random() * 255) - 127;
  const memory = new KernelMemory(2 * DIMENSION + rows * (DIMENSION + 4));
  const { kernel, buffer } = memory;
  if (!kernel) throw new CommandError('Expected dist/kernel.wasm; build it: npm run build');
  const query = new Int16Array(buffer, 0, DIMENSION);
  for (let j = 0; j < DIMENSION; j++) query[j] = int8();
  const keys = new Int8Array(buffer, 2 * DIMENSION, rows * DIMENSION);
  for (let i = 0; i < keys.length; i++) keys[i] = int8();
  const dots = new Int32Array(buffer, 2 * DIMENSION + rows * DIMENSION, rows);
  const scan = () => kernel.dotRows(0, keys.byteOffset, rows, DIMENSION, dots.byteOffset);
  let ten: number[] = [];
  const scans: Scan[] = [
    { name: 'WebAssembly SIMD, int8', run: scan, nearest: () => largest(dots, 1)[0] ?? null },
    {
      name: 'the same, read ahead',
      run: () => {
        for (let row = 0; row < rows; row += AHEAD) {
          const count = Math.min(AHEAD, rows - row);
          const at = keys.byteOffset + row * DIMENSION;
          kernel.readAhead(at, at + count * DIMENSION);
          kernel.dotRows(0, at, count, DIMENSION, dots.byteOffset + 4 * row);
        }
      },
      nearest: () => largest(dots, 1)[0] ?? null,
    },
    {
      name: 'the sum of the same bytes',
      run: () => void kernel.sumBytes(keys.byteOffset, keys.length),
      nearest: () => null,
    },
    {
      name: 'WebAssembly SIMD, int8, and the ten nearest',
      run: () => {
        scan();
        ten = largest(dots, LISTED);
      },
      nearest: () => ten[0] ?? null,
    },
    {
      name: 'TypeScript, int8',
      run: () => dotRows(query, keys, rows, DIMENSION, dots),
      nearest: () => largest(dots, 1)[0] ?? null,
    },
    floatScan(keys, query, rows),
    ...(await usearchScan(keys, query, LISTED)),
    ...(await sqliteScan(keys, query, LISTED)),
  ];
  scan();
  const [expected] = largest(dots, 1);
  const times = scans.map(({ name, run, nearest }) => {
    run();
    const found = nearest();
    if (found !== null && found !== expected)
      throw new CommandError(`${name}: key ${found} is nearest, expected ${expected}.`);
    const all = Array.from({ length: RUNS }, () => {
      const started = performance.now();
      run();
      return performance.now() - started;
    });
    return all.sort((a, b) => a - b)[RUNS >> 1] as number;
  });
  return scans.map(({ name }, i) => {
    const p50 = times[i] as number;
    return { name, p50, ratio: p50 / (times[0] as number) };
  });
}

/** Indices of the k largest products, descending. */
function largest(products: ArrayLike<number>, k: number): number[] {
  const found: number[] = [];
  let floor = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < products.length; i++) {
    const product = products[i] as number;
    if (product <= floor) continue;
    const at = found.findIndex((other) => (products[other] as number) < product);
    found.splice(at < 0 ? found.length : at, 0, i);
    if (found.length > k) found.pop();
    if (found.length === k) floor = products[found[k - 1] as number] as number;
  }
  return found;
}

function floatScan(keys: Int8Array, query: Int16Array, rows: number): Scan {
  const floats = Float32Array.from(keys);
  const asked = Float32Array.from(query);
  const products = new Float32Array(rows);
  const run = () => {
    for (let row = 0, at = 0; row < rows; row++, at += DIMENSION) {
      let sum = 0;
      for (let j = 0; j < DIMENSION; j++) sum += (asked[j] as number) * (floats[at + j] as number);
      products[row] = sum;
    }
  };
  return { name: 'TypeScript, float32', run, nearest: () => largest(products, 1)[0] ?? null };
}
