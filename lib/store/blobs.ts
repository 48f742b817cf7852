import type { TermCounts } from '../embedding/embedder.ts';

/** The bytes of a typed array, for a BLOB column. Shares memory: bind it before the array changes. */
export function toBlob(array: Int8Array | Int32Array | Float32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * Numbers from a BLOB. The bytes are copied first: a Buffer's memory need not be aligned,
 * and `new Float32Array(buffer)` would read every byte as a number of its own.
 */
export function int32From(blob: Buffer): Int32Array {
  return new Int32Array(copy(blob));
}

export function float32From(blob: Buffer): Float32Array {
  return new Float32Array(copy(blob));
}

export function int8From(blob: Buffer): Int8Array {
  return new Int8Array(blob.buffer, blob.byteOffset, blob.byteLength);
}

/** The same where the bytes lie, if they are aligned: for those who only read it at once. */
export function int32View(blob: Buffer): Int32Array {
  const isAligned = blob.byteOffset % Int32Array.BYTES_PER_ELEMENT === 0;
  return isAligned ? new Int32Array(blob.buffer, blob.byteOffset, blob.byteLength / 4) : int32From(blob);
}

function copy(blob: Buffer): ArrayBuffer {
  return blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength) as ArrayBuffer;
}

/** The terms of a document, kept apart by where they stand: the title, its other names, then each passage. */
export interface DocumentTerms {
  readonly title: TermCounts;
  readonly aliases: TermCounts;
  readonly passages: readonly TermCounts[];
}

/** [lists, length of each list …, then (term id, count) of every entry, list by list]. */
export function encodeTerms({ title, aliases, passages }: DocumentTerms): Int32Array {
  const lists = [title, aliases, ...passages];
  const entries = lists.reduce((sum, list) => sum + list.ids.length, 0);
  const out = new Int32Array(1 + lists.length + 2 * entries);
  out[0] = lists.length;
  let at = 1 + lists.length;
  lists.forEach((list, i) => {
    out[1 + i] = list.ids.length;
    for (let k = 0; k < list.ids.length; k++) {
      out[at++] = list.ids[k] as number;
      out[at++] = list.counts[k] as number;
    }
  });
  return out;
}

/** Replaces every term id of what `encodeTerms` made. */
export function renumberTerms(encoded: Int32Array, idOf: (id: number) => number): void {
  const lists = encoded[0] ?? 0;
  for (let at = 1 + lists; at < encoded.length; at += 2) encoded[at] = idOf(encoded[at] as number);
}

export function decodeTerms(encoded: Int32Array): DocumentTerms {
  const lists: TermCounts[] = [];
  const count = encoded[0] ?? 0;
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
  const [title = none, aliases = none, ...passages] = lists;
  return { title, aliases, passages };
}
