import type { DocumentInput } from '../document.ts';

/** One file, read into memory. */
export interface SourceFile {
  /** Absolute path; only its folder's name is used, as the title of a README. */
  readonly path: string;
  /** Path below the indexed root, with /: the uri of the document. */
  readonly relative: string;
  readonly bytes: Uint8Array;
}

export interface ReadResult {
  /** None where there is nothing in the file. */
  readonly documents: readonly DocumentInput[];
  /** What was left out or guessed, one sentence each, at most a handful. */
  readonly warnings: readonly string[];
}

/** Turns a file into documents. Throws nothing but ReadError. */
export type Reader = (file: SourceFile) => ReadResult | Promise<ReadResult>;

/** A file in which there is nothing: it has no document, which is no failure, and a warning says so. */
export function nothing(warning = 'there is no text in it'): ReadResult {
  return { documents: [], warnings: [warning] };
}

/** A file that cannot be read: damaged, or not what its name says. `reason` is a phrase for a report, without the path. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** Why a file could not be read, or null for an error that is no fault of the file. */
export function failureOf(error: unknown): string | null {
  if (error instanceof ReadError) return error.reason;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT') return 'it vanished while being read';
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `the system could not read it (${code})`;
  return null;
}

/** More would bury the report: a file of a million bad lines says so once. */
const MOST_WARNINGS = 10;

/** Collects warnings and counts what it does not keep. */
export class Warnings {
  readonly #kept: string[] = [];
  #count = 0;

  add(warning: string): void {
    this.#count++;
    if (this.#kept.length < MOST_WARNINGS) this.#kept.push(warning);
  }

  list(): string[] {
    const more = this.#count - this.#kept.length;
    return more > 0 ? [...this.#kept, `and ${more} more like these`] : [...this.#kept];
  }
}
