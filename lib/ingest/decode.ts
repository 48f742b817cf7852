import { ReadError } from './reader.ts';

/** Bytes inspected for control characters. */
const SAMPLE = 8192;
/** Largest share of control characters in text. Text has next to none; compressed data has about one in nine. */
const MOST_CONTROLS = 0.05;

/**
 * The text of a file in UTF-8, with or without byte order mark, or in UTF-16 with one. Line ends become \n. The
 * text becomes NFC, so that a name written by macOS (NFD) and the same word typed elsewhere are equal.
 *
 * @throws {ReadError} for binary content, and for invalid UTF-8 with the offset of the byte
 */
export function decodeText(bytes: Uint8Array): string {
  return normalizeText(decodeUtf16(bytes) ?? decodeUtf8(bytes));
}

/** Converts \r\n and \r to \n and the text to NFC, and removes NUL. */
export function normalizeText(text: string): string {
  return text.replaceAll('\0', '').replace(/\r\n?/g, '\n').normalize('NFC');
}

/** The text if it starts with a UTF-16 byte order mark, else null. @throws {ReadError} invalid UTF-16 */
export function decodeUtf16(bytes: Uint8Array): string | null {
  const label = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-16be';
  if (label === 'utf-16be' && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return null;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ReadError(`invalid UTF-16, although it starts with a UTF-16 byte order mark`, { cause: error });
  }
}

/** The text in UTF-8, without byte order mark. @throws {ReadError} binary content, invalid UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  refuseBinary(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const at = invalidUtf8At(bytes);
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    throw new ReadError(`invalid UTF-8 at byte ${at} (0x${byte}); save the file as UTF-8`, { cause: error });
  }
}

/** @throws {ReadError} for bytes that are not text in any 8-bit encoding */
export function refuseBinary(bytes: Uint8Array): void {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new ReadError(`binary content (a NUL at byte ${nul})`);
  const sample = bytes.subarray(0, SAMPLE);
  let controls = 0;
  for (const byte of sample) if (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b) controls++;
  if (controls > sample.length * MOST_CONTROLS) {
    throw new ReadError(
      `binary content (${controls} control characters in the first ${sample.length} bytes)`,
    );
  }
}

/**
 * The offset of the first invalid byte. TextDecoder does not report it, so its replacement characters are compared
 * with the bytes.
 */
function invalidUtf8At(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let from = 0;
  for (let i = text.indexOf('\ufffd'); i >= 0; i = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, i));
    const genuine = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (!genuine) return offset;
    offset += 3;
    from = i + 1;
  }
  return offset;
}
