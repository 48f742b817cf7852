import type { TermCounts } from '../embedding/texts.ts';

/** The bytes of a typed array for a BLOB column. Shares memory: bind it before the array changes. */
export function toBlob(array: Int8Array | Int32Array | Float32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * Numbers from a BLOB. The bytes are copied first, because a Buffer's memory need not be aligned, and `new
 * Float32Array(buffer)` would take every byte as a number.
 */
export function int32From(blob: Buffer): Int32Array {
  return new Int32Array(copy(blob));
}

/** As `int32From`, for float32. */
export function float32From(blob: Buffer): Float32Array {
  return new Float32Array(copy(blob));
}

/** The same without a copy, if aligned. Only for immediate reading. */
export function int32View(blob: Buffer): Int32Array {
  const isAligned = blob.byteOffset % Int32Array.BYTES_PER_ELEMENT === 0;
  return isAligned ? new Int32Array(blob.buffer, blob.byteOffset, blob.byteLength / 4) : int32From(blob);
}

function copy(blob: Buffer): ArrayBuffer {
  return blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength) as ArrayBuffer;
}

/** Number of lists before those of the passages. */
export const FIELDS = 3;

/** The terms of a document by field: title, aliases, labels (folders, tags and properties), then each passage. */
export interface DocumentTerms {
  readonly title: TermCounts;
  readonly aliases: TermCounts;
  readonly labels: TermCounts;
  readonly passages: readonly TermCounts[];
}

/** Replaces every term id in the encoded terms of a document, see `TermWriter`. */
export function renumberTerms(encoded: Int32Array, idOf: (id: number) => number): void {
  const lists = encoded[0] ?? 0;
  for (let at = 1 + lists; at < encoded.length; at += 2) encoded[at] = idOf(encoded[at] as number);
}

/**
 * The number of lists of the encoded document that starts at `start`, see `TermWriter`.
 *
 * @throws {RangeError} where the lists exceed the data, as in a damaged index
 */
export function listsAt(encoded: Int32Array, start: number): number {
  const lists = encoded[start] ?? 0;
  let left = encoded.length - start - 1 - lists;
  for (let i = 1; i <= lists && left >= 0; i++) left -= 2 * Math.abs(encoded[start + i] ?? 0);
  if (lists < 0 || left < 0) throw new RangeError('Expected terms to end where their document does.');
  return lists;
}

/** Decodes the terms of a document, see `TermWriter`. @throws {RangeError} on damaged data */
export function decodeTerms(encoded: Int32Array): DocumentTerms {
  const lists: TermCounts[] = [];
  const count = listsAt(encoded, 0);
  let at = 1 + count;
  for (let i = 0; i < count; i++) {
    const length = encoded[1 + i] ?? 0;
    const ids = new Int32Array(length);
    const counts = new Int32Array(length);
    for (let k = 0; k < length; k++) {
      ids[k] = encoded[at++] ?? 0;
      counts[k] = encoded[at++] ?? 0;
    }
    lists.push({ ids, counts });
  }
  const none: TermCounts = { ids: [], counts: [] };
  const [title = none, aliases = none, labels = none, ...passages] = lists;
  return { title, aliases, labels, passages };
}
