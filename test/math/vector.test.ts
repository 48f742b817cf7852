import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyMatrix } from '../../lib/math/keys.ts';
import { cosine, dot, quantize } from '../../lib/math/vector.ts';
import { keyMatrix } from '../support/keys.ts';
import { naiveCosine } from '../support/reference.ts';

const vector = fc.array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 });

function matrixOf(rows: readonly (readonly number[])[], dimension: number): KeyMatrix {
  const keys = new Int8Array(rows.length * dimension);
  rows.forEach((row, i) => {
    quantize(row, keys, i * dimension);
  });
  return keyMatrix(keys, dimension);
}

describe('quantize', () => {
  test('the largest entry becomes ±127 and the others keep their proportion', () => {
    const out = new Int8Array(3);
    const inverse = quantize([0.5, -1, 0.25], out);
    expect(Array.from(out)).toEqual([64, -127, 32]); // 63.5 rounds up
    expect(inverse).toBeCloseTo(1 / Math.sqrt(64 ** 2 + 127 ** 2 + 32 ** 2), 12);
  });

  test('every entry is off by at most half a step, a step being the largest entry / 127', () => {
    fc.assert(
      fc.property(vector, (values) => {
        const out = new Int8Array(values.length);
        quantize(values, out);
        const step = Math.max(...values.map(Math.abs)) / 127;
        out.forEach((key, i) => {
          expect(Math.abs(key * step - values[i]!)).toBeLessThanOrEqual(step * 0.5000001);
        });
      }),
    );
  });

  test('a vector without direction overwrites the output with zeros, and has inverse norm 0', () => {
    const out = Int8Array.of(9, 9, 9, 9);
    expect(quantize([0, 0], out, 1)).toBe(0);
    expect(Array.from(out)).toEqual([9, 0, 0, 9]);
    expect(quantize([Number.NaN, 1], out)).toBe(0);
  });

  test('only the slice at the offset is written', () => {
    const out = new Int8Array(6).fill(1);
    quantize([1, -1], out, 2);
    expect(Array.from(out)).toEqual([1, 1, 127, -127, 1, 1]);
  });

  test('scaling a vector by a power of two gives the same key', () => {
    fc.assert(
      fc.property(vector, fc.constantFrom(0.25, 2, 1024), (values, scale) => {
        const [a, b] = [new Int8Array(values.length), new Int8Array(values.length)];
        const normal = values.map((value) => (Math.abs(value) < 1e-30 ? 0 : value));
        quantize(normal, a);
        quantize(
          normal.map((value) => value * scale),
          b,
        );
        expect(b).toEqual(a);
      }),
    );
  });
});

describe('cosine of quantised keys', () => {
  test('it equals the cosine of the stored numbers, whatever the neighbouring rows', () => {
    const pair = fc.integer({ min: 1, max: 24 }).chain((d) => {
      const row = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: d, maxLength: d });
      return fc.tuple(row, fc.array(row, { minLength: 1, maxLength: 5 }));
    });
    fc.assert(
      fc.property(pair, ([query, rows]) => {
        const values = new Int8Array(query.length);
        const inverse = quantize(query, values);
        const matrix = matrixOf(rows, query.length);
        rows.forEach((_, i) => {
          const stored = matrix.keys.slice(i * matrix.stride, i * matrix.stride + query.length);
          const expected = naiveCosine(values, stored);
          expect(cosine(values, inverse, matrix, i)).toBeCloseTo(expected, 6);
        });
      }),
    );
  });

  test('it differs from the cosine of the unquantised vectors by less than a hundredth at 128 numbers', () => {
    const row = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 128, maxLength: 128 });
    fc.assert(
      fc.property(row, row, (a, b) => {
        fc.pre(a.some((value) => Math.abs(value) > 0.1) && b.some((value) => Math.abs(value) > 0.1));
        const values = new Int8Array(128);
        const inverse = quantize(a, values);
        expect(Math.abs(cosine(values, inverse, matrixOf([b], 128), 0) - naiveCosine(a, b))).toBeLessThan(
          0.01,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('the cosine of a key with itself never exceeds 1, nor with its opposite −1', () => {
    fc.assert(
      fc.property(vector, (values) => {
        const query = new Int8Array(values.length);
        const inverse = quantize(values, query);
        const matrix = matrixOf([values, values.map((value) => -value)], values.length);
        expect(cosine(query, inverse, matrix, 0)).toBeLessThanOrEqual(1);
        expect(cosine(query, inverse, matrix, 1)).toBeGreaterThanOrEqual(-1);
      }),
      { numRuns: 300 },
    );
  });

  test('a row or a query without direction has cosine 0 with everything', () => {
    const matrix = matrixOf(
      [
        [0, 0],
        [1, 2],
      ],
      2,
    );
    expect(matrix.inverseNorms[0]).toBe(0);
    expect(cosine(Int8Array.of(127, 3), 1 / 127, matrix, 0)).toBe(0);
    expect(cosine(Int8Array.of(0, 0), 0, matrix, 1)).toBe(0);
  });
});

test('keys without dimension have no inverse norms', () => {
  expect(keyMatrix(new Int8Array(0), 0).inverseNorms).toHaveLength(0);
});

test('dot is the sum of products', () => {
  expect(dot(Float32Array.of(1, 2, 3), Float32Array.of(4, -5, 6))).toBe(12);
});
