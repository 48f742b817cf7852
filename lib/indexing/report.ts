import { join, resolve } from 'node:path';
import { otherKind } from '../ingest/read.ts';
import type { IndexReport } from '../response.ts';

/** Something to report about a file. */
export type Remark = IndexReport['failed'][number];

/** The result of `Engine.sync`. */
export interface SyncReport extends IndexReport {
  /** Files found at another path, recognised by their bytes. */
  readonly moved: number;
  /** Paths passed over, with the reason: hidden, too large, a loop of links … */
  readonly skipped: readonly Remark[];
  /** Warnings about files that were read, in this run or an earlier one: a broken front matter, a bad line … */
  readonly warnings: readonly Remark[];
  /** Number of files without a reader by extension, '' for none; without media files, which notes only embed. */
  readonly otherKinds: Readonly<Record<string, number>>;
}

/** Collects the remarks of a sync. */
export class Remarks {
  readonly failed: Remark[] = [];
  readonly skipped: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly otherKinds: Record<string, number> = {};
  #source = '';
  #root = '';

  /**
   * Sets where the following remarks belong.
   *
   * @param source what is synced, as given
   * @param root   the folder that their paths are relative to
   */
  begin(source: string, root: string): void {
    this.#source = source;
    this.#root = root;
  }

  /** Records that the source itself cannot be synced. */
  fail(reason: string): void {
    const source = this.#source;
    this.failed.push({ path: source, reason, source, file: resolve(source) });
  }

  /** Counts a file without a reader. */
  passOver(path: string): void {
    const kind = otherKind(path);
    if (kind !== null) this.otherKinds[kind] = (this.otherKinds[kind] ?? 0) + 1;
  }

  add(list: 'failed' | 'skipped' | 'warnings', path: string, reason: string): void {
    this[list].push({ path, reason, source: this.#source, file: join(this.#root, path) });
  }
}
