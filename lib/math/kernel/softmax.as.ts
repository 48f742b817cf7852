// The sums of a softmax, in pairs of f64. Their twin in plain TypeScript is `summarize` in ../softmax.ts.

/**
 * Writes down what `exp` needs. Constants of 16 bytes are made anew wherever they are used, which
 * took a third of the time; these are loaded.
 */
export function prepare(at: usize): void {
  store<f64>(at, 1.4426950408889634); // 1 / ln 2
  store<f64>(at, 0.6931471805599453, 8);
  store<f64>(at, 6755399441055744, 16); // 1.5 · 2⁵²: a number added to it is rounded to a whole one, in the lowest bits
  store<f64>(at, -700, 24);
  // The polynomial of degree 8 nearest to e^r for |r| ≤ ½ ln 2 (Remez) of those that are 1 at 0, from r⁰ up.
  store<f64>(at, 1, 32);
  store<f64>(at, 0.9999999999797852, 40);
  store<f64>(at, 0.49999999999797934, 48);
  store<f64>(at, 0.16666666891045775, 56);
  store<f64>(at, 0.041666666890957, 64);
  store<f64>(at, 0.008333266097949614, 72);
  store<f64>(at, 0.0013888821677630362, 80);
  store<f64>(at, 0.00019915866926782682, 88);
  store<f64>(at, 0.000024876164022625967, 96);
}

/**
 * Σ e^x and Σ e^x · x of x = (ℓ − m) / T for a block of logits with the largest m: what blocks are
 * put together from.
 *
 * @param from    address of f64, up to `end`; they come in pairs, −∞ beyond an odd number
 * @param inverse address of 1 / T: a value at hand would be divided anew in every turn of the loop
 * @param summary address of m, −∞ where there is nothing, and two f64 on of the two sums
 */
export function sumExponentials(from: usize, end: usize, inverse: usize, constants: usize, summary: usize): void {
  const peak = v128.load_splat<f64>(summary);
  let sum = f64x2.splat(0);
  let moment = sum;
  if (load<f64>(summary) > -Infinity) {
    for (; from < end; from += 16) {
      const z = f64x2.mul(f64x2.sub(v128.load(from), peak), v128.load_splat<f64>(inverse));
      // Far below the largest, e^x is 0 in effect; −∞ · 0 would be none.
      const x = f64x2.pmax(v128.load_splat<f64>(constants, 24), z);
      const e = exp(x, constants);
      sum = f64x2.add(sum, e);
      moment = f64x2.add(moment, f64x2.mul(e, x));
    }
  }
  store<f64>(summary, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 16);
  store<f64>(summary, f64x2.extract_lane(moment, 0) + f64x2.extract_lane(moment, 1), 24);
}

/**
 * e^x for −700 ≤ x ≤ 0: x = n ln 2 + r with |r| ≤ ½ ln 2, and a polynomial for e^r, exact to
 * 10⁻¹²; in pairs (Estrin's scheme), so that few steps wait for the one before.
 */
// @ts-expect-error: AssemblyScript decorator
@inline
function exp(x: v128, constants: usize): v128 {
  const whole = v128.load_splat<f64>(constants, 16);
  const shifted = f64x2.add(f64x2.mul(x, v128.load_splat<f64>(constants)), whole);
  const n = f64x2.sub(shifted, whole);
  const r = f64x2.sub(x, f64x2.mul(n, v128.load_splat<f64>(constants, 8)));
  const r2 = f64x2.mul(r, r);
  const low = plus(line(constants + 32, r), line(constants + 48, r), r2);
  const r4 = f64x2.mul(r2, r2);
  const high = plus(plus(line(constants + 64, r), line(constants + 80, r), r2), v128.load_splat<f64>(constants, 96), r4);
  // · 2ⁿ: n, in the lowest bits of what it was rounded in, is added to the exponent.
  return i64x2.add(plus(low, high, r4), i64x2.shl(shifted, 52));
}

/** Two constants, a + b · r. */
// @ts-expect-error: AssemblyScript decorator
@inline
function line(at: usize, r: v128): v128 {
  return f64x2.add(v128.load_splat<f64>(at), f64x2.mul(v128.load_splat<f64>(at, 8), r));
}

/** low + high · power */
// @ts-expect-error: AssemblyScript decorator
@inline
function plus(low: v128, high: v128, power: v128): v128 {
  return f64x2.add(low, f64x2.mul(high, power));
}
