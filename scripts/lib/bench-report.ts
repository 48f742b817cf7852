import { cpus, totalmem } from 'node:os';
import type { Measured } from './bench-run.ts';
import { formatTable } from './table.ts';

interface Summary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
}

export interface SystemReport {
  readonly version: string;
  readonly documents: number;
  readonly documentsPerSecond: number;
  readonly indexMs: number;
  readonly indexPeakBytes: number;
  readonly bytesOnDisk: number | null;
  readonly openMs: number | null;
  readonly openAnewMs: number | null;
  /** Milliseconds per query. */
  readonly search: Summary & { readonly queries: number };
  /** The same for each step of a search, for systems that report them. */
  readonly steps: Readonly<Record<string, Summary>>;
  readonly emptyQueries: number;
  /** Resident memory while searching, and at rest. */
  readonly residentBytes: number;
  readonly restBytes: number;
  /** What the time budget left out; null for nothing. */
  readonly cut: string | null;
}

/** How many times faster, or smaller, `attention` is than a peer; below 1 it is slower, or larger. */
interface Ratios {
  readonly p50: number;
  readonly p95: number;
  readonly mean: number;
  readonly documentsPerSecond: number;
  readonly residentBytes: number;
  readonly restBytes: number;
}

export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly node: string;
  };
  readonly corpus: string;
  readonly documents: number;
  readonly queries: number;
  /** Words per query: a number, or "1 to 8". */
  readonly words: string;
  readonly systems: Readonly<Record<string, SystemReport>>;
  readonly failed: readonly { readonly system: string; readonly reason: string }[];
  /** By peer, for those that indexed as many documents. */
  readonly ratios: Readonly<Record<string, Ratios>>;
}

/** The machine of the measurement. */
export function machine(): BenchReport['machine'] {
  const processors = cpus();
  const cpu = processors[0]?.model.trim() ?? 'unknown';
  return { cpu, cores: processors.length, memoryBytes: totalmem(), node: process.version };
}

/** Summarises the measurement of one system. */
export function describeSystem({ version, index, openAnewMs, search }: Measured): SystemReport {
  const cut = [
    ...(index.complete ? [] : [`indexing stopped after ${index.documents} documents`]),
    ...(search.complete ? [] : [`searching stopped after ${search.times.length} queries`]),
  ];
  return {
    version,
    documents: index.documents,
    documentsPerSecond: round((1000 * index.documents) / index.tookMs),
    indexMs: round(index.tookMs),
    indexPeakBytes: index.peakBytes,
    bytesOnDisk: index.bytesOnDisk,
    openMs: search.openMs === null ? null : round(search.openMs),
    openAnewMs: openAnewMs === null ? null : round(openAnewMs),
    search: { queries: search.times.length, ...summarize(search.times) },
    steps: Object.fromEntries(Object.entries(search.steps).map(([name, times]) => [name, summarize(times)])),
    emptyQueries: search.empty,
    residentBytes: search.residentBytes,
    restBytes: search.restBytes,
    cut: cut.length === 0 ? null : cut.join('; '),
  };
}

/** Percentiles by nearest rank: the smallest time that at least this share of queries does not exceed. */
export function summarize(times: readonly number[]): Summary {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  const sum = sorted.reduce((total, time) => total + time, 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean: round(sum / Math.max(1, sorted.length)) };
}

/** Compares `attention` with every other system that indexed as many documents. */
export function compareSystems(systems: BenchReport['systems']): Record<string, Ratios> {
  const { attention, ...others } = systems;
  if (!attention) return {};
  const comparable = Object.entries(others).filter(([, peer]) => peer.documents === attention.documents);
  return Object.fromEntries(
    comparable.map(([name, peer]) => [
      name,
      {
        p50: ratio(peer.search.p50, attention.search.p50),
        p95: ratio(peer.search.p95, attention.search.p95),
        mean: ratio(peer.search.mean, attention.search.mean),
        documentsPerSecond: ratio(attention.documentsPerSecond, peer.documentsPerSecond),
        residentBytes: ratio(peer.residentBytes, attention.residentBytes),
        restBytes: ratio(peer.restBytes, attention.restBytes),
      },
    ]),
  );
}

/** Formats a report as text. */
export function formatBench(report: BenchReport): string {
  const { cpu, cores, memoryBytes, node } = report.machine;
  const intro = `${report.corpus}, ${report.documents.toLocaleString('en')} documents, ${report.queries} queries of ${report.words} words\n${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, Node ${node}\n`;
  const notes = [
    ...Object.entries(report.systems).flatMap(([name, { cut }]) => (cut ? [`${name}: ${cut}`] : [])),
    ...report.failed.map(({ system, reason }) => `${system}: failed, ${reason}`),
  ];
  return [
    intro,
    systemTable(report),
    stepTable(report),
    ratioTable(report),
    notes.map((note) => `${note}\n`).join(''),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/**
 * Formats one system at several sizes, with the growth exponent of each figure: 1 is proportional to the
 * number of documents, 0 is constant.
 */
export function formatScale(reports: readonly SystemReport[]): string {
  const columns: [string, (of: SystemReport) => number, (value: number) => string][] = [
    [
      'indexed in',
      (of) => of.indexMs / 1000,
      (value) => `${value >= 99.5 ? Math.round(value) : value.toPrecision(2)} s`,
    ],
    ['disk', (of) => of.bytesOnDisk ?? 0, megabytes],
    ['open', (of) => of.openMs ?? 0, milliseconds],
    ['anew', (of) => of.openAnewMs ?? 0, milliseconds],
    ['p50', (of) => of.search.p50, milliseconds],
    ['p95', (of) => of.search.p95, milliseconds],
    ['p99', (of) => of.search.p99, milliseconds],
    ['memory', (of) => of.residentBytes, megabytes],
    ['at rest', (of) => of.restBytes, megabytes],
  ];
  const [previous, last] = reports.slice(-2);
  const rows = reports.map((of) => [
    of.documents.toLocaleString('en'),
    ...columns.map(([, value, show]) => show(value(of))),
  ]);
  if (previous && last) {
    const growth = columns.map(([, value]) => slope(previous, last, value).toFixed(2));
    rows.push(['slope of the last step', ...growth]);
  }
  return formatTable([['documents', ...columns.map(([name]) => name)], ...rows]);
}

/** Growth exponent between two sizes: ln(y₂ / y₁) / ln(n₂ / n₁). */
function slope(a: SystemReport, b: SystemReport, value: (of: SystemReport) => number): number {
  return Math.log(value(b) / value(a)) / Math.log(b.documents / a.documents);
}

function systemTable({ systems }: BenchReport): string {
  const heading = [
    '',
    'docs/s',
    'disk',
    'open',
    'anew',
    'p50',
    'p95',
    'p99',
    'mean',
    'memory',
    'at rest',
    'empty',
  ];
  const rows = Object.entries(systems).map(([name, of]) => [
    `${name} ${of.version === 'this checkout' ? '' : of.version}`.trim(),
    Math.round(of.documentsPerSecond).toLocaleString('en'),
    of.bytesOnDisk === null ? '–' : megabytes(of.bytesOnDisk),
    of.openMs === null ? '–' : milliseconds(of.openMs),
    of.openAnewMs === null ? '–' : milliseconds(of.openAnewMs),
    ...[of.search.p50, of.search.p95, of.search.p99, of.search.mean].map(milliseconds),
    megabytes(of.residentBytes),
    megabytes(of.restBytes),
    String(of.emptyQueries),
  ]);
  return formatTable([heading, ...rows]);
}

function stepTable({ systems }: BenchReport): string {
  const entries = Object.entries(systems.attention?.steps ?? {});
  if (entries.length === 0) return '';
  const rows = entries.map(([name, of]) => [name, ...[of.p50, of.p95, of.p99, of.mean].map(milliseconds)]);
  return formatTable([['steps of attention', 'p50', 'p95', 'p99', 'mean'], ...rows]);
}

function ratioTable({ ratios }: BenchReport): string {
  const entries = Object.entries(ratios);
  if (entries.length === 0) return '';
  const heading = [
    'attention is … times as fast or small',
    'docs/s',
    'p50',
    'p95',
    'mean',
    'memory',
    'at rest',
  ];
  const rows = entries.map(([name, of]) => [
    `as ${name}`,
    ...[of.documentsPerSecond, of.p50, of.p95, of.mean, of.residentBytes, of.restBytes].map(
      (value) => `${value}×`,
    ),
  ]);
  return formatTable([heading, ...rows]);
}

/**
 * Milliseconds with two significant digits, or as a whole number from 99.5 on, where toPrecision(2) would
 * give 1.0e+2.
 */
export function milliseconds(value: number): string {
  return `${value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Two significant digits, since runs differ by a few per cent anyway. */
function ratio(a: number, b: number): number {
  return Number((a / b).toPrecision(2));
}
