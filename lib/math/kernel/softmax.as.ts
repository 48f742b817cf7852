// The sums of a softmax, two f64 at a time. The same in plain TypeScript, up to rounding: `summarize` in ../softmax.ts.

/**
 * Writes the constants of `exp` to memory. 16-byte constants in the code would be rebuilt at every use,
 * which took a third of the time; loading them is cheap.
 */
export function prepare(at: usize): void {
  store<f64>(at, 1.4426950408889634); // 1 / ln 2
  store<f64>(at, 0.6931471805599453, 8);
  store<f64>(at, 6755399441055744, 16); // 1.5 · 2⁵²: adding a number to it rounds that number to an integer, held in the lowest bits
  store<f64>(at, -700, 24);
  // Minimax polynomial of degree 8 for e^r on |r| ≤ ½ ln 2 (Remez), constrained to be 1 at r = 0; from r⁰ up.
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
 * Σ e^x and Σ e^x · x with x = (ℓ − m) / T, for a block of logits whose largest is m. `mergeSummaries`
 * combines the sums of all blocks.
 *
 * @param from    address of the logits, f64, up to `end`; read in pairs, so an odd count must be followed by −∞
 * @param inverse address of 1 / T; given a value, the compiler would divide again in every iteration
 * @param summary address of m (−∞ when all logits are), which must be set; the sums are written 16 and 24 bytes further
 */
export function sumExponentials(from: usize, end: usize, inverse: usize, constants: usize, summary: usize): void {
  const peak = v128.load_splat<f64>(summary);
  let sum = f64x2.splat(0);
  let moment = sum;
  if (load<f64>(summary) > -Infinity) {
    for (; from < end; from += 16) {
      const z = f64x2.mul(f64x2.sub(v128.load(from), peak), v128.load_splat<f64>(inverse));
      // Clamped at −700, where e^x is 0 in effect: for a masked logit, 0 · −∞ would be NaN.
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
 * e^x for −700 ≤ x ≤ 0, to 10⁻¹²: x = n ln 2 + r with |r| ≤ ½ ln 2, and a polynomial for e^r. It is
 * evaluated by Estrin's scheme, in which few operations depend on the previous one.
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
  // Multiply by 2ⁿ: n is in the lowest bits of `shifted`; moved up by 52 bits it adds to the exponent.
  return i64x2.add(plus(low, high, r4), i64x2.shl(shifted, 52));
}

/** a + b · r for the constants a and b at an address. */
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
