import type { DocumentInput } from '../document.ts';

/** A file, read into memory. */
export interface SourceFile {
  /** Absolute path; only the name of its folder is used, as the title of a README. */
  readonly path: string;
  /** Path below the indexed root, with /. It becomes the uri of the document. */
  readonly relative: string;
  readonly bytes: Uint8Array;
}

/** What a reader makes of a file. */
export interface ReadResult {
  /** [] for a file without contents. */
  readonly documents: readonly DocumentInput[];
  /** What was left out or guessed, one sentence each, at most about ten. */
  readonly warnings: readonly string[];
}

/** Turns a file into documents. @throws {ReadError} and nothing else */
export type Reader = (file: SourceFile) => ReadResult | Promise<ReadResult>;

/** The result for a file without contents: no documents, which is not a failure, and a warning. */
export function nothing(warning = 'there is no text in it'): ReadResult {
  return { documents: [], warnings: [warning] };
}

/**
 * A file cannot be read: it is damaged, or not what its name says. `reason` is a phrase for a report, without the
 * path.
 */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** Why a file could not be read; null for an error that is not the file's fault. */
export function failureOf(error: unknown): string | null {
  if (error instanceof ReadError) return error.reason;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT') return 'it vanished while being read';
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `the system could not read it (${code})`;
  return null;
}

/** More would bury the report, for instance a million bad lines in one file. */
const MOST_WARNINGS = 10;

/** Collects warnings, and counts those beyond MOST_WARNINGS. */
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
