// Products of tall dense matrices, row-major f64: the inner loops of the SVD (../svd.ts), whose
// plain twin is ../dense.ts. Tiles of 4 × 4 results stay in registers while rows go by.

/** Rows of X that are read for one tile after another while they are in the nearest cache. */
const ROWS: usize = 64;

/**
 * G += XᵀX, upper triangle of tiles only.
 *
 * @param x     address of rows × width f64
 * @param width a multiple of 4
 * @param g     address of width × width f64
 */
export function addGram(x: usize, rows: usize, width: usize, g: usize): void {
  const line: usize = 8 * width;
  for (let from: usize = 0; from < rows; from += ROWS) {
    const start = x + from * line;
    const end = x + min(from + ROWS, rows) * line;
    for (let i: usize = 0; i < line; i += 32) {
      for (let j = i; j < line; j += 32) tile(start + i, line, end + i, start + j, line, g + (i >> 3) * line + j, line);
    }
  }
}

/**
 * out = X · B for `rows` rows, a multiple of 4.
 *
 * @param x   address of rows × inner f64
 * @param b   address of inner × width f64, width a multiple of 4
 * @param out address of rows × width f64, not X
 */
export function multiplyRows(x: usize, rows: usize, inner: usize, b: usize, width: usize, out: usize): void {
  const xLine: usize = 8 * inner;
  const line: usize = 8 * width;
  for (let row: usize = 0; row < rows; row += 4) {
    for (let j: usize = 0; j < line; j += 32) product(x, xLine, inner, b + j, line, out + j);
    x += 4 * xLine;
    out += 4 * line;
  }
}

/** out[row] += values[k] · x[indices[k]] for the entries of each row: a sparse matrix times a dense one. */
export function multiplySparse(offsets: usize, indices: usize, values: usize, rows: usize, x: usize, width: usize, out: usize): void {
  const line: usize = 8 * width;
  for (let r: usize = 0; r < rows; r++, out += line) {
    const end = <usize>load<u32>(offsets + 4 * r, 4);
    for (let k = <usize>load<u32>(offsets + 4 * r); k < end; k++) {
      addScaled(x + <usize>load<u32>(indices + 4 * k) * line, <f64>load<f32>(values + 4 * k), out, line);
    }
  }
}

/** out[indices[k]] += values[k] · y[row]: the transposed sparse matrix times a dense one. */
export function multiplySparseTransposed(offsets: usize, indices: usize, values: usize, rows: usize, y: usize, width: usize, out: usize): void {
  const line: usize = 8 * width;
  for (let r: usize = 0; r < rows; r++, y += line) {
    const end = <usize>load<u32>(offsets + 4 * r, 4);
    for (let k = <usize>load<u32>(offsets + 4 * r); k < end; k++) {
      addScaled(y, <f64>load<f32>(values + 4 * k), out + <usize>load<u32>(indices + 4 * k) * line, line);
    }
  }
}

// @ts-expect-error: AssemblyScript decorator
@inline
function addScaled(x: usize, factor: f64, out: usize, bytes: usize): void {
  const f = f64x2.splat(factor);
  for (let j: usize = 0; j < bytes; j += 32) {
    v128.store(out + j, f64x2.add(v128.load(out + j), f64x2.mul(f, v128.load(x + j))));
    v128.store(out + j, f64x2.add(v128.load(out + j, 16), f64x2.mul(f, v128.load(x + j, 16))), 16);
  }
}

/** g[4 × 4] += Σ over rows of a[4]ᵀ b[4]. */
// @ts-expect-error: AssemblyScript decorator
@inline
function tile(a: usize, aLine: usize, end: usize, b: usize, bLine: usize, g: usize, gLine: usize): void {
  let s0 = v128.load(g);
  let t0 = v128.load(g, 16);
  let s1 = v128.load(g + gLine);
  let t1 = v128.load(g + gLine, 16);
  let s2 = v128.load(g + 2 * gLine);
  let t2 = v128.load(g + 2 * gLine, 16);
  let s3 = v128.load(g + 3 * gLine);
  let t3 = v128.load(g + 3 * gLine, 16);
  for (; a < end; a += aLine, b += bLine) {
    const s = v128.load(b);
    const t = v128.load(b, 16);
    const a0 = v128.load_splat<f64>(a);
    const a1 = v128.load_splat<f64>(a, 8);
    const a2 = v128.load_splat<f64>(a, 16);
    const a3 = v128.load_splat<f64>(a, 24);
    s0 = f64x2.add(s0, f64x2.mul(a0, s));
    t0 = f64x2.add(t0, f64x2.mul(a0, t));
    s1 = f64x2.add(s1, f64x2.mul(a1, s));
    t1 = f64x2.add(t1, f64x2.mul(a1, t));
    s2 = f64x2.add(s2, f64x2.mul(a2, s));
    t2 = f64x2.add(t2, f64x2.mul(a2, t));
    s3 = f64x2.add(s3, f64x2.mul(a3, s));
    t3 = f64x2.add(t3, f64x2.mul(a3, t));
  }
  store4(g, gLine, s0, t0, s1, t1, s2, t2, s3, t3);
}

/** out[4 × 4] = four rows of X times four columns of B. */
// @ts-expect-error: AssemblyScript decorator
@inline
function product(x: usize, xLine: usize, inner: usize, b: usize, bLine: usize, out: usize): void {
  let s0 = f64x2.splat(0);
  let t0 = s0;
  let s1 = s0;
  let t1 = s0;
  let s2 = s0;
  let t2 = s0;
  let s3 = s0;
  let t3 = s0;
  for (const end = x + 8 * inner; x < end; x += 8, b += bLine) {
    const s = v128.load(b);
    const t = v128.load(b, 16);
    const x0 = v128.load_splat<f64>(x);
    const x1 = v128.load_splat<f64>(x + xLine);
    const x2 = v128.load_splat<f64>(x + 2 * xLine);
    const x3 = v128.load_splat<f64>(x + 3 * xLine);
    s0 = f64x2.add(s0, f64x2.mul(x0, s));
    t0 = f64x2.add(t0, f64x2.mul(x0, t));
    s1 = f64x2.add(s1, f64x2.mul(x1, s));
    t1 = f64x2.add(t1, f64x2.mul(x1, t));
    s2 = f64x2.add(s2, f64x2.mul(x2, s));
    t2 = f64x2.add(t2, f64x2.mul(x2, t));
    s3 = f64x2.add(s3, f64x2.mul(x3, s));
    t3 = f64x2.add(t3, f64x2.mul(x3, t));
  }
  store4(out, bLine, s0, t0, s1, t1, s2, t2, s3, t3);
}

// @ts-expect-error: AssemblyScript decorator
@inline
function store4(out: usize, line: usize, s0: v128, t0: v128, s1: v128, t1: v128, s2: v128, t2: v128, s3: v128, t3: v128): void {
  v128.store(out, s0);
  v128.store(out, t0, 16);
  v128.store(out + line, s1);
  v128.store(out + line, t1, 16);
  v128.store(out + 2 * line, s2);
  v128.store(out + 2 * line, t2, 16);
  v128.store(out + 3 * line, s3);
  v128.store(out + 3 * line, t3, 16);
}
