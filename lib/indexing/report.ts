import { join, resolve } from 'node:path';
import { otherKind } from '../ingest/read.ts';
import type { IndexReport } from '../response.ts';

/** Something to know about a file. */
export type Remark = IndexReport['failed'][number];

export interface SyncReport extends IndexReport {
  /** Files found under another name, recognised by their bytes. */
  readonly moved: number;
  /** What is no document, with the reason: hidden, too large, a loop of links … */
  readonly skipped: readonly Remark[];
  /** What there is to know about files that could be read, now or before: a broken front matter, a bad line … */
  readonly warnings: readonly Remark[];
  /** How many files without a reader there are, by extension, '' for none; without those that notes only show, as pictures. */
  readonly otherKinds: Readonly<Record<string, number>>;
}

/** Collects what a sync has to say of files. */
export class Remarks {
  readonly failed: Remark[] = [];
  readonly skipped: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly otherKinds: Record<string, number> = {};
  #source = '';
  #root = '';

  /** @param source what is synced from now on, as it was given @param root the folder that paths are below */
  begin(source: string, root: string): void {
    this.#source = source;
    this.#root = root;
  }

  /** What is synced cannot be. */
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
