import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { SearchError } from '../errors.ts';
import { formatOf, SIZE_LIMITS } from './read.ts';
import { byComposed, spellingsOf } from './spellings.ts';

/** A file that has a reader. */
export interface WalkedFile {
  /** Absolute path, as spelt by the file system. */
  readonly path: string;
  /** Path below the root, with / and in NFC; the name alone if the root is a file. */
  readonly relative: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** When the entry last changed in any way: renaming a file keeps its mtime, but not its ctime. */
  readonly ctimeMs: number;
}

/** `not-a-document` is ordinary (an image, an attachment) and only counted; `unreadable` deserves a look. */
type SkipKind = 'hidden' | 'ignored' | 'link' | 'too-large' | 'not-a-document' | 'not-a-file' | 'unreadable';

/** A path that is passed over. */
export interface SkippedPath {
  /** Path below the root, as in WalkedFile.relative. */
  readonly skipped: string;
  readonly reason: string;
  readonly kind: SkipKind;
}

/** Folders with files of others. */
const IGNORED = new Set(['node_modules', '__MACOSX', '$RECYCLE.BIN']);

/**
 * Walks a file or folder, in the order of names. Yields documents, and what is passed over with the reason: hidden
 * names, node_modules, links that loop, leave the root or point to something walked anyway, files over the limit or
 * without a reader, and what the system will not open. Hidden names in the path to `start` itself do not count.
 *
 * @param start the root, or a part of it
 * @param root  path without links; names are relative to it, and links may lead anywhere in it
 * @throws {SearchError} NOT_FOUND when `start` does not exist
 */
export function* walk(start: string, root?: string): Generator<WalkedFile | SkippedPath> {
  const { path, stats } = resolveRoot(start);
  const base = root ?? path;
  const parts = relative(base, path).split(sep).filter(Boolean);
  const below = parts.join('/').normalize('NFC');
  const parents = [base, ...parts.map((_, i) => join(base, ...parts.slice(0, i + 1)))];
  const twins =
    below.normalize('NFD') === below
      ? []
      : [...spellingsOf(base, below)].filter((one) =>
          lstatSync(one, { throwIfNoEntry: false })?.isDirectory(),
        );
  if (stats.isDirectory()) yield* walkFolder(base, twins.length > 1 ? twins : [path], below, parents);
  else yield inspectFile(path, below || basename(path).normalize('NFC'), stats);
}

/** Whether a file or folder of this name is always passed over: hidden, or files of others. */
export function isPassedOver(path: string): boolean {
  const name = basename(path);
  return name.startsWith('.') || IGNORED.has(name);
}

/**
 * Whether a walk of `root` passes over the entry at `path`: by its name, or because it is a link that is not
 * followed. Both paths may contain links. An entry that no longer exists is judged by its name only.
 */
export function isPassedOverIn(root: string, path: string): boolean {
  if (path === root) return false;
  if (isPassedOver(path)) return true;
  if (!isLink(path)) return false;
  const parents: string[] = [];
  try {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      parents.push(realpathSync(folder));
      if (folder === root || folder === dirname(folder)) break;
    }
    return linkReason(realpathSync(root), realpathSync(path), parents) !== null;
  } catch {
    return true; // a link to nothing, or to itself
  }
}

/** Whether a path is a symbolic link; false if nothing is there. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // gone, or in a folder that may not be entered
  }
}

function resolveRoot(root: string): { path: string; stats: Stats } {
  try {
    const path = realpathSync(root);
    return { path, stats: statSync(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const what = code === 'ENOENT' ? 'nothing is there' : `the system answered ${code}`;
    throw new SearchError('NOT_FOUND', `Expected a file or folder at ${JSON.stringify(root)}; ${what}.`, {
      cause: error,
    });
  }
}

/**
 * @param folders one folder, or several whose names are equal in NFC; Linux distinguishes them, here they are one
 * @param parents real paths of the folders walked so far, to detect a loop
 */
function* walkFolder(
  root: string,
  folders: readonly string[],
  prefix: string,
  parents: readonly string[],
): Generator<WalkedFile | SkippedPath> {
  const places: Place[] = [];
  for (const folder of folders) {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        places.push({ entry, name: entry.name.normalize('NFC'), path: join(folder, entry.name) });
    } catch (error) {
      yield unreadable(prefix === '' ? '.' : prefix, 'folder', error);
    }
  }
  places.sort(byName);
  for (let at = 0, next = 0; at < places.length; at = next) {
    const first = places[at] as Place;
    while (places[next]?.name === first.name) next++;
    const below = prefix === '' ? first.name : `${prefix}/${first.name}`;
    const same = places.slice(at + 1, next);
    const twins = first.entry.isDirectory() ? same.filter(({ entry }) => entry.isDirectory()) : [];
    yield* walkEntry(root, first, below, parents, twins);
    // They would share a uri.
    for (const place of same)
      if (!twins.includes(place))
        yield skip(below, 'ignored', 'another file here has the same name in Unicode NFC');
  }
}

/** An entry of a folder. */
interface Place {
  readonly entry: Dirent;
  /** In NFC. */
  readonly name: string;
  readonly path: string;
}

function* walkEntry(
  root: string,
  { entry, path }: Place,
  below: string,
  parents: readonly string[],
  twins: readonly Place[],
): Generator<WalkedFile | SkippedPath> {
  if (entry.name.startsWith('.')) return yield skip(below, 'hidden', 'hidden');
  if (IGNORED.has(entry.name)) return yield skip(below, 'ignored', `${entry.name} is not indexed`);
  let stats: Stats;
  let real = path;
  try {
    if (entry.isSymbolicLink()) real = realpathSync(path);
    stats = statSync(real);
  } catch (error) {
    return yield unreadable(below, entry.isSymbolicLink() ? 'link' : 'file', error);
  }
  if (entry.isSymbolicLink()) {
    const reason = linkReason(root, real, parents);
    if (reason) return yield skip(below, 'link', reason);
  }
  if (!stats.isDirectory()) return yield inspectFile(path, below, stats);
  const folders = [path, ...twins.map((twin) => twin.path)];
  yield* walkFolder(root, folders, below, [...parents, real, ...folders]);
}

/**
 * Why a link is not followed, or null. A link to a hidden place inside the root is followed: nothing else leads
 * there.
 */
function linkReason(root: string, target: string, parents: readonly string[]): string | null {
  if (parents.includes(target)) return 'a symbolic link that loops back to its own folder';
  const inside = relative(root, target);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return 'a symbolic link that leads outside the indexed folder';
  }
  const parts = inside.split(sep);
  if (parts.some((part) => part.startsWith('.') || IGNORED.has(part))) return null;
  return `a symbolic link to ${parts.join('/').normalize('NFC')}, which is indexed there`;
}

function inspectFile(path: string, below: string, stats: Stats): WalkedFile | SkippedPath {
  if (!stats.isFile()) return skip(below, 'not-a-file', `${kindOf(stats)}, not a file`);
  const format = formatOf(path);
  if (!format) return skip(below, 'not-a-document', 'not a document');
  const limit = SIZE_LIMITS[format.limit];
  if (stats.size > limit) {
    return skip(below, 'too-large', `${megabytes(stats.size)}, over the limit of ${megabytes(limit)}`);
  }
  const { size, mtimeMs, ctimeMs } = stats;
  return { path, relative: below, size, mtimeMs, ctimeMs };
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe (FIFO)';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/**
 * Order by code units of the NFC name, which is the same on every machine and in every locale. Equal names from
 * several folders are in the order of the folders.
 */
function byName(a: Place, b: Place): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [first, second] = [a, b].map(({ path }) => dirname(path)) as [string, string];
  return first === second ? byComposed(a.entry.name, b.entry.name) : byComposed(first, second);
}

function skip(skipped: string, kind: SkipKind, reason: string): SkippedPath {
  return { skipped, reason, kind };
}

function unreadable(skipped: string, what: 'file' | 'folder' | 'link', error: unknown): SkippedPath {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (what === 'link' && code === 'ENOENT') return skip(skipped, 'link', 'a symbolic link to nothing');
  // Node decodes such a name with U+FFFD, which is then the name of nothing.
  if (what === 'file' && code === 'ENOENT' && skipped.includes('\uFFFD'))
    return skip(skipped, 'unreadable', 'its name cannot be read: it is not in UTF-8');
  if (what === 'link' && code === 'ELOOP') return skip(skipped, 'link', 'a symbolic link that loops');
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : `the system answered ${code}`;
  return skip(skipped, 'unreadable', `the ${what} cannot be read: ${why}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
