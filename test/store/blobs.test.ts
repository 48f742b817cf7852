import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TermCounts } from '../../lib/embedding/texts.ts';
import { decodeTerms, float32From, int32From, renumberTerms, toBlob } from '../../lib/store/blobs.ts';
import { TermWriter } from '../../lib/store/term-writer.ts';

/** A copy of the bytes inside a larger buffer, at an offset that need not be a multiple of four. */
function misaligned(blob: Buffer, shift: number): Buffer {
  const room = Buffer.alloc(blob.length + 8, 0xff);
  blob.copy(room, shift);
  return room.subarray(shift, shift + blob.length);
}

const shift = fc.nat({ max: 7 });

test('int32 arrays round-trip through bytes at any offset', () => {
  fc.assert(
    fc.property(fc.int32Array(), shift, (array, at) => {
      expect(int32From(misaligned(toBlob(array), at))).toEqual(array);
    }),
  );
});

test('float32 arrays round-trip through bytes at any offset, NaN and infinities included', () => {
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

test('an array read from a blob is a copy: writing to it leaves the blob unchanged', () => {
  const blob = toBlob(Int32Array.of(1, 2));
  int32From(blob)[0] = 99;
  expect(int32From(blob)[0]).toBe(1);
});

test('the layout is little-endian, as the schema says', () => {
  expect(toBlob(Int32Array.of(1)).toString('hex')).toBe('01000000');
  expect(toBlob(Float32Array.of(1)).toString('hex')).toBe('0000803f');
});

const list = fc.array(fc.nat({ max: 3000 }), { maxLength: 12 });

/** Distinct ids in order of first occurrence, with their counts. */
function counted(ids: readonly number[]): TermCounts {
  const distinct = [...new Set(ids)];
  return {
    ids: Int32Array.from(distinct),
    counts: Int32Array.from(distinct, (id) => ids.filter((other) => other === id).length),
  };
}

test('document terms round-trip list by list: title; aliases; folders, tags and properties; each passage', () => {
  const documents = fc.array(fc.tuple(list, list, list, fc.array(list, { maxLength: 5 })), { maxLength: 5 });
  const writer = new TermWriter();
  fc.assert(
    fc.property(documents, (all) => {
      const ends = all.map(([title, aliases, labels, passages]) => {
        writer.begin(3 + passages.length);
        for (const ids of [title, aliases, labels, ...passages]) writer.add(ids);
        return writer.length;
      });
      const written = writer.take();
      all.forEach(([title, aliases, labels, passages], i) => {
        const one = written.slice(ends[i - 1] ?? 0, ends[i]);
        expect(decodeTerms(int32From(toBlob(one)))).toEqual({
          title: counted(title),
          aliases: counted(aliases),
          labels: counted(labels),
          passages: passages.map(counted),
        });
      });
    }),
  );
});

test('a hand-worked layout of a title, an alias, no label and a passage', () => {
  // 4 lists, of 1, 1, 0 and 2 entries; then (7, 1); (8, 1); (7, 2) (9, 1)
  const writer = new TermWriter();
  writer.begin(4);
  for (const ids of [[7], [8], [], [7, 9, 7]]) writer.add(ids);
  const written = writer.take();
  expect(Array.from(written)).toEqual([4, 1, 1, 0, 2, 7, 1, 8, 1, 7, 2, 9, 1]);
  renumberTerms(written, (id) => 10 * id);
  expect(Array.from(written)).toEqual([4, 1, 1, 0, 2, 70, 1, 80, 1, 70, 2, 90, 1]);
});
