import { expect, test } from 'vitest';
import { LsaEmbedder } from '../../lib/embedding/lsa.ts';
import { TextKeys } from '../../lib/embedding/text-keys.ts';
import { type Texts, TextsBuilder, textAt } from '../../lib/embedding/texts.ts';
import { gaussian, seededRandom } from '../../lib/math/random.ts';
import { quantize } from '../../lib/math/vector.ts';

const TERMS = 300_000;
const random = seededRandom(3);
const normal = gaussian(random);

/** A basis of 1,000 terms, one in three hundred, of any numbers. */
function embedder(dimension: number): LsaEmbedder {
  return new LsaEmbedder({
    dimension,
    passages: 9000,
    rows: Int32Array.from({ length: TERMS }, (_, id) => (id % 300 === 0 ? id / 300 : -1)),
    idf: Float32Array.from({ length: 1000 }, () => 9 * random()),
    basis: Float32Array.from({ length: 1000 * dimension }, normal),
  });
}

/** 5,000 texts of up to 300 terms, half of them known, some without any; and one of more than the memory takes at a time. */
function texts(): Texts {
  const builder = new TextsBuilder();
  for (let i = 0; i < 5000; i++) {
    const ids = Array.from({ length: Math.floor(301 * random()) }, () =>
      Math.floor(random() < 0.5 ? TERMS * random() : 300 * Math.floor(1000 * random())),
    );
    const counted = [...new Set(i === 3000 ? Array(TERMS).keys() : ids)];
    builder.add(Int32Array.from(counted.flatMap((id) => [id, 1 + Math.floor(3 * random() ** 4)])));
    builder.end();
  }
  return builder.build();
}

test.each([
  ['the kernel on one thread', 64, 5_000],
  ['the kernel on two threads', 128, 100_000],
  ['none but this thread, for few texts', 64, 10],
  ['none but this thread, in a dimension the kernel does not take', 5, 100_000],
])('keys made by %s are those of one text after another', async (_, dimension, expected) => {
  const made = embedder(dimension);
  const all = texts();
  const keys = new TextKeys(made, expected);
  await new Promise((resolve) => setTimeout(resolve, expected > 50_000 ? 300 : 0)); // a thread takes its time
  const [from, to] = [7, 4990];
  const found = keys.of(all, from, to);
  keys.close();
  const wanted = new Int8Array((to - from) * dimension);
  for (let i = from; i < to; i++) quantize(made.embed(textAt(all, i)).vector, wanted, (i - from) * dimension);
  expect(Buffer.from(found.buffer).equals(Buffer.from(wanted.buffer))).toBe(true);
  expect(found.some((number) => number !== 0)).toBe(true);
});
