import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface PeerDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Another search engine behind the interface that all measured engines share. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Called once, before any search. */
  index(documents: Iterable<PeerDocument>): void | Promise<void>;
  /**
   * Ids of at most `limit` documents, best first, without duplicates; [] when no word of the query is
   * known.
   */
  search(query: string, limit: number): readonly string[] | Promise<readonly string[]>;
  close?(): void;
}

/** Version of an installed package. Reads the file, since not every package exports its package.json. */
export function packageVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const path = folders.map((folder) => join(folder, name, 'package.json')).find((file) => existsSync(file));
  if (path === undefined) return 'unknown';
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
