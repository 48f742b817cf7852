import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTerms, encodeTerms, float32From, int32From, toBlob } from '../../lib/store/blobs.ts';

/** The bytes somewhere inside a larger buffer, at an address that is no multiple of four. */
function misaligned(blob: Buffer, shift: number): Buffer {
  const room = Buffer.alloc(blob.length + 8, 0xff);
  blob.copy(room, shift);
  return room.subarray(shift, shift + blob.length);
}

const shift = fc.nat({ max: 7 });

test('int32 numbers come back from their bytes, wherever the bytes lie', () => {
  fc.assert(
    fc.property(fc.int32Array(), shift, (array, at) => {
      expect(int32From(misaligned(toBlob(array), at))).toEqual(array);
    }),
  );
});

test('float32 numbers come back from their bytes, NaN and infinities included', () => {
  fc.assert(
    fc.property(fc.float32Array(), shift, (array, at) => {
      expect(float32From(misaligned(toBlob(array), at))).toEqual(array);
    }),
  );
});

test('a blob is the bytes of the view, not of the whole buffer behind it', () => {
  const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(toBlob(view)).toHaveLength(8);
  expect(Array.from(float32From(toBlob(view)))).toEqual([2, 3]);
  expect(Array.from(toBlob(Int8Array.of(9, -1, 5).subarray(1)))).toEqual([255, 5]);
});

test('numbers read from a blob are their own: writing to them leaves the blob alone', () => {
  const blob = toBlob(Int32Array.of(1, 2));
  int32From(blob)[0] = 99;
  expect(int32From(blob)[0]).toBe(1);
});

test('the layout is little-endian, as the schema says', () => {
  expect(toBlob(Int32Array.of(1)).toString('hex')).toBe('01000000');
  expect(toBlob(Float32Array.of(1)).toString('hex')).toBe('0000803f');
});

const list = fc
  .array(fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })), { maxLength: 8 })
  .map((entries) => ({
    ids: Int32Array.from(entries, ([id]) => id),
    counts: Int32Array.from(entries, ([, count]) => count),
  }));

test('the terms of a document come back list by list: the title, the aliases, then each passage', () => {
  fc.assert(
    fc.property(list, list, fc.array(list, { maxLength: 5 }), (title, aliases, passages) => {
      const encoded = encodeTerms({ title, aliases, passages });
      expect(encoded).toHaveLength(
        3 + passages.length + 2 * [title, aliases, ...passages].reduce((sum, { ids }) => sum + ids.length, 0),
      );
      expect(decodeTerms(int32From(toBlob(encoded)))).toEqual({ title, aliases, passages });
    }),
  );
});

test('a title, an alias and two passages are laid out as written in a comment', () => {
  // 4 lists, of 1, 1, 2 and 0 entries; then (7, 1); (8, 1); (7, 2) (9, 4)
  const encoded = encodeTerms({
    title: { ids: [7], counts: [1] },
    aliases: { ids: [8], counts: [1] },
    passages: [
      { ids: [7, 9], counts: [2, 4] },
      { ids: [], counts: [] },
    ],
  });
  expect(Array.from(encoded)).toEqual([4, 1, 1, 2, 0, 7, 1, 8, 1, 7, 2, 9, 4]);
});
