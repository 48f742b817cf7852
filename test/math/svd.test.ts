import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussian, seededRandom } from '../../lib/math/random.ts';
import { type SparseMatrix, symmetricEigen, truncatedSvd } from '../../lib/math/svd.ts';
import { type Dense, distance, multiplyDense, naiveSingularValues, transpose } from '../support/reference.ts';

function sparse(dense: Dense, columns = dense[0]?.length ?? 0): SparseMatrix {
  const offsets = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const row of dense) {
    row.forEach((value, c) => {
      if (value === 0) return;
      indices.push(c);
      values.push(value);
    });
    offsets.push(indices.length);
  }
  return {
    rows: dense.length,
    columns,
    offsets: Int32Array.from(offsets),
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  };
}

function randomDense(rows: number, columns: number, seed: number): number[][] {
  const normal = gaussian(seededRandom(seed));
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(normal())));
}

/** Rows × rank, as a dense matrix. */
function basisOf({ basis, rank }: { basis: Float32Array; rank: number }): number[][] {
  return Array.from({ length: rank === 0 ? 0 : basis.length / rank }, (_, i) =>
    Array.from(basis.slice(i * rank, (i + 1) * rank)),
  );
}

/** ‖A − A·V·Vᵀ‖: what the basis loses of A. */
function lost(dense: Dense, v: Dense): number {
  return distance(dense, multiplyDense(multiplyDense(dense, v), transpose(v)));
}

function expectOrthonormal(v: Dense): void {
  multiplyDense(transpose(v), v).forEach((row, i) => {
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(i === j ? 1 : 0, 4);
    });
  });
}

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 14 }),
  columns: fc.integer({ min: 1, max: 14 }),
  seed: fc.nat(),
});

describe('truncated SVD', () => {
  test('a diagonal matrix gives its entries, largest first, and the unit vectors', () => {
    const { singularValues, basis } = truncatedSvd(
      sparse([
        [2, 0, 0],
        [0, 5, 0],
        [0, 0, 3],
      ]),
      { rank: 2, seed: 1 },
    );
    expect(Array.from(singularValues, (value) => Number(value.toFixed(6)))).toEqual([5, 3]);
    expect(Array.from(basis, (value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  test('at full rank: singular values equal those by dense rotations, columns are orthonormal, and nothing of A is lost', () => {
    fc.assert(
      fc.property(shape, ({ rows, columns, seed }) => {
        const dense = randomDense(rows, columns, seed);
        const svd = truncatedSvd(sparse(dense), { rank: Math.min(rows, columns), seed: 1 });
        const expected = naiveSingularValues(dense);
        svd.singularValues.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i]!, 4);
        });
        const v = basisOf(svd);
        expectOrthonormal(v);
        expect(lost(dense, v)).toBeLessThan(2e-3 * expected[0]!);
      }),
      { numRuns: 60 },
    );
  });

  test('at a lower rank it loses no more than the best basis of that rank, the tail of singular values', () => {
    // Eckart & Young 1936: the least possible loss is √Σ σᵢ² over the values left out.
    for (const [rows, columns] of [
      [60, 40],
      [40, 60],
    ] as const) {
      const dense = randomDense(rows, columns, 5);
      const svd = truncatedSvd(sparse(dense), { rank: 10, seed: 1 });
      const tail = Math.hypot(...naiveSingularValues(dense).slice(10));
      const v = basisOf(svd);
      expect(svd.rank).toBe(10);
      expectOrthonormal(v);
      expect(lost(dense, v)).toBeGreaterThanOrEqual(tail * 0.9999);
      expect(lost(dense, v)).toBeLessThan(tail * 1.02);
    }
  });

  test.each([
    ['tall', 30, 12],
    ['wide', 12, 30],
  ])('a %s matrix of rank 3 gives three directions and loses nothing', (_, rows, columns) => {
    const dense = multiplyDense(randomDense(rows, 3, 1), randomDense(3, columns, 2)).map((row) =>
      row.map(Math.fround),
    );
    const svd = truncatedSvd(sparse(dense), { rank: 10, seed: 1 });
    const expected = naiveSingularValues(dense);
    // float32 entries leave residues of about 1e-7, which may or may not count as directions.
    expect(svd.rank).toBeGreaterThanOrEqual(3);
    for (let i = 0; i < 3; i++) expect(svd.singularValues[i]).toBeCloseTo(expected[i]!, 3);
    for (let i = 3; i < svd.rank; i++) expect(svd.singularValues[i]).toBeLessThan(1e-5 * expected[0]!);
    expect(lost(dense, basisOf(svd))).toBeLessThan(1e-4 * expected[0]!);
  });

  test('exact copies of a row add no direction', () => {
    const svd = truncatedSvd(
      sparse([
        [1, 2, 0],
        [1, 2, 0],
        [0, 0, 1],
      ]),
      { rank: 3, seed: 1 },
    );
    expect(svd.rank).toBe(2);
    expect(svd.singularValues[0]).toBeCloseTo(Math.sqrt(10), 5);
  });

  test('a spectrum that falls by a factor of a thousand is still found', () => {
    const scales = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
    const dense = scales.map((scale, i) => scales.map((_, j) => (i === j ? scale : 0)));
    const { singularValues } = truncatedSvd(sparse(dense), { rank: 7, seed: 1 });
    scales.forEach((scale, i) => {
      expect(singularValues[i]! / scale).toBeCloseTo(1, 3);
    });
  });

  test('a matrix without rows, without columns or of zeros has rank 0', () => {
    for (const [dense, columns] of [
      [[], 4],
      [[[], []], 0],
      [
        [
          [0, 0],
          [0, 0],
        ],
        2,
      ],
      [[[0, 0, 0]], 3],
    ] as const) {
      const svd = truncatedSvd(sparse(dense, columns), { rank: 2, seed: 1 });
      expect(svd.rank).toBe(0);
      expect(svd.basis).toHaveLength(0);
      expect(svd.singularValues).toHaveLength(0);
    }
  });

  test('one row gives one direction: the row itself', () => {
    const { rank, basis, singularValues } = truncatedSvd(sparse([[3, 0, 4]]), { rank: 5, seed: 9 });
    expect(rank).toBe(1);
    expect(singularValues[0]).toBeCloseTo(5, 6);
    expect(Array.from(basis, (value) => Number(value.toFixed(6)))).toEqual([0.6, 0, 0.8]);
  });

  test('an empty row adds no direction', () => {
    const dense = [
      [1, 0, 2],
      [0, 0, 0],
      [0, 3, 0],
    ];
    const svd = truncatedSvd(sparse(dense), { rank: 3, seed: 1 });
    expect(svd.rank).toBe(2);
    expect(lost(dense, basisOf(svd))).toBeLessThan(1e-5);
  });

  test('the same matrix and seed give the same bits; the largest entry of each direction is positive', () => {
    const matrix = sparse(randomDense(50, 80, 3));
    const [one, two] = [1, 2].map(() => truncatedSvd(matrix, { rank: 20, seed: 4 })) as [
      ReturnType<typeof truncatedSvd>,
      ReturnType<typeof truncatedSvd>,
    ];
    expect(Buffer.from(one.basis.buffer).equals(Buffer.from(two.basis.buffer))).toBe(true);
    expect(one.singularValues).toEqual(two.singularValues);
    for (const column of transpose(basisOf(one))) {
      const extreme = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      expect(extreme).toBeGreaterThan(0);
    }
  });

  test('progress never falls and stays between 0 and 1', () => {
    const shares: number[] = [];
    truncatedSvd(sparse(randomDense(9, 9, 1)), {
      rank: 3,
      seed: 1,
      onProgress: (share) => shares.push(share),
    });
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  test('[[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, −1)', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(vectors[0]).toBeCloseTo(vectors[2]!, 12);
    expect(vectors[1]).toBeCloseTo(-vectors[3]!, 12);
  });

  test('values descend, vectors are orthonormal, and M·v = λ·v', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (size, seed) => {
        const a = randomDense(size, size, seed);
        const symmetric = a.map((row, i) => row.map((value, j) => value + a[j]![i]!));
        const { values, vectors } = symmetricEigen(Float64Array.from(symmetric.flat()), size);
        const v = Array.from({ length: size }, (_, i) => Array.from(vectors.slice(i * size, (i + 1) * size)));
        expect(Array.from(values)).toEqual(Array.from(values).sort((x, y) => y - x));
        expectOrthonormal(v);
        multiplyDense(symmetric, v).forEach((row, i) => {
          row.forEach((value, j) => {
            expect(value).toBeCloseTo(values[j]! * v[i]![j]!, 8);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test('an empty matrix and a matrix of zeros have no eigenvalues but 0', () => {
    expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0);
    expect(Array.from(symmetricEigen(new Float64Array(4), 2).values)).toEqual([0, 0]);
  });
});
