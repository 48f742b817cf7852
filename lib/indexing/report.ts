import { join } from 'node:path';
import { otherKind } from '../ingest/read.ts';
import type { IndexReport } from '../response.ts';
import { inFull } from './mounted.ts';

/** Something to report about a file. */
export type Remark = IndexReport['failed'][number];

/** What `Engine.sync` returns, and `npm run index -- --json` prints. */
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

/** Whether a remark is about the path given to index itself, however that is spelt, and not about a file in it. */
export function isAboutSource({ source, file }: Pick<Remark, 'source' | 'file'>): boolean {
  return isSame(file, inFull(source));
}

function isSame(path: string, other: string): boolean {
  return path.normalize('NFC') === other.normalize('NFC');
}

/** Collects the remarks of a sync. */
export class Remarks {
  readonly failed: Remark[] = [];
  readonly skipped: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly otherKinds: Record<string, number> = {};
  #source = '';
  #root = '';
  /** Where the source is, with links resolved. */
  #place = '';

  /**
   * Sets where the following remarks belong.
   *
   * @param source what is synced, as given
   * @param root   the folder that their paths are relative to
   */
  begin(source: string, root: string): void {
    this.#source = source;
    this.#root = root;
    this.#place = inFull(source);
  }

  /** Records that the source itself cannot be synced. */
  fail(reason: string): void {
    const source = this.#source;
    this.failed.push({ path: source, reason, source, file: this.#place });
  }

  /** Counts a file without a reader. */
  passOver(path: string): void {
    const kind = otherKind(path);
    if (kind !== null) this.otherKinds[kind] = (this.otherKinds[kind] ?? 0) + 1;
  }

  add(list: 'failed' | 'skipped' | 'warnings', path: string, reason: string): void {
    const source = this.#source;
    const file = join(this.#root, path);
    this[list].push({ path: isSame(file, this.#place) ? source : path, reason, source, file });
  }
}
