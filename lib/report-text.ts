import { relative } from 'node:path';
import { inFull } from './indexing/mounted.ts';
import { isAboutSource, type Remark, type SyncReport } from './indexing/report.ts';
import { terminalLine } from './ingest/plain-text.ts';
import { isPassedOver } from './ingest/walk.ts';
import { isInside } from './store/files.ts';

/** Most files, and most kinds of files, that are named; the rest is counted. */
const SHOWN = 10;

/** A count with its noun, in the plural unless it is 1. */
export function numbered(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** What a sync of these paths did, as text for people. */
export function describe(report: SyncReport, paths: readonly string[]): string {
  const { added, updated, unchanged, removed, documents, passages, tookMs } = report;
  return [
    `${added} added, ${updated} updated, ${unchanged} unchanged, ${removed} removed in ${(tookMs / 1000).toFixed(1)} s.`,
    `The index holds ${numbered(documents, 'document')} with ${numbered(passages, 'passage')}.`,
    ...remarks(report, paths),
    ...passedOver(report),
  ].join('\n');
}

/** What a sync changed, and what it met that was not reported before. */
export function describeNews(news: SyncReport, paths: readonly string[]): string {
  const { added, updated, removed, moved } = news;
  const counts = Object.entries({ added, updated, removed, moved })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return [...(counts.length > 0 ? [counts.join(', ')] : []), ...remarks(news, paths)].join('\n');
}

/** Files with their reasons, below their count; [] for no files. */
export function listed(what: string, files: readonly Pick<Remark, 'path' | 'reason'>[]): string[] {
  if (files.length === 0) return [];
  const lines = files.slice(0, SHOWN).map(({ path, reason }) => `  ${terminalLine(`${path}: ${reason}`)}`);
  if (files.length > SHOWN) lines.push(`  … and ${files.length - SHOWN} more (--json lists them all)`);
  return [`${files.length} ${what}:`, ...lines];
}

function remarks({ failed, skipped, warnings }: SyncReport, paths: readonly string[]): string[] {
  // Of several paths it is said which one a file is in.
  const named = (all: readonly Remark[]) =>
    paths.length > 1 ? all.map((remark) => ({ ...remark, path: placeOf(remark) })) : all;
  // Hidden files are no surprise, so they come last.
  const isExpected = ({ path }: Remark) => Number(isPassedOver(path));
  return [
    ...listed('failed', named(failed)),
    ...listed('skipped', named(skipped.toSorted((a, b) => isExpected(a) - isExpected(b)))),
    ...listed('to look at', named(warnings)),
  ];
}

/** Where a file is, beginning with the path as it was given. */
function placeOf(remark: Remark): string {
  const { source, file } = remark;
  if (isAboutSource(remark)) return source;
  const root = inFull(source);
  // A hidden path is read with the whole folder around it.
  return isInside(file, root) ? `${source.replace(/\/+$/, '')}/${relative(root, file)}` : file;
}

/** One line that counts the files without a reader; [] for none. */
function passedOver({ otherKinds }: SyncReport): string[] {
  const kinds = Object.entries(otherKinds).sort(([, a], [, b]) => b - a);
  if (kinds.length === 0) return [];
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const named = kinds.slice(0, SHOWN).map(([kind, count]) => `${kind || 'without extension'} ${count}`);
  if (kinds.length > SHOWN) named.push('…');
  const what = total === 1 ? 'file of another kind was' : 'files of other kinds were';
  return [`${total} ${what} passed over: ${named.join(', ')}`];
}
