import type { Job } from './lib/bench-measure.ts';
import { glossQueries } from './lib/bench-queries.ts';
import {
  type BenchReport,
  compareSystems,
  describeSystem,
  formatBench,
  formatScale,
  machine,
  milliseconds,
  type SystemReport,
} from './lib/bench-report.ts';
import { type Measure, measureInChild, runSystem } from './lib/bench-run.ts';
import {
  CommandError,
  type ExitCode,
  type Io,
  namesAmong,
  printJson,
  runAsEntry,
  runCommand,
  UsageError,
  type Values,
  wholeNumber,
} from './lib/cli.ts';
import { Progress } from './lib/progress.ts';
import { formatTable } from './lib/table.ts';
import { SYNSETS } from './lib/wordnet.ts';
import { PEER_NAMES } from './peers/index.ts';

const DEFAULT = 'attention,minisearch,orama,flexsearch,lunr,fts5';
const KNOWN = ['attention', ...PEER_NAMES];

const USAGE = `
Usage: npm run bench -- --page [--documents N] [--json]
       npm run bench -- --http | --load [--json]
       npm run bench -- --kernel [--documents N] [--json]
       npm run bench -- --scale [--documents N] [--queries N] [--json]
       npm run bench -- [--documents N] [--queries N] [--words N] [--systems NAME,…] [--budget SECONDS] [--json]

Indexes WordNet's synsets (title = lemmas, content = gloss), searches them, and does the same
with other engines: the same queries, ten results each, every engine in a process of its own.

  --page            times the pages in a real browser instead (10,000 documents unless told)
  --http            times the server on the demo notes with 32 connections instead, ten seconds each,
                    after five to warm up
  --load            times the server on WordNet with 64 connections for a minute instead, while
                    5,000 notes are written into a folder that it follows
  --kernel          times one scan of N keys instead (a million unless told), in several ways
  --scale           attention alone, over 1,000, 10,000 … up to N documents (a million unless told);
                    beyond WordNet's they are made of two synsets each
  --documents N     only the first N of ${SYNSETS.toLocaleString('en')}
  --queries N       how many are timed, default 1000, after as many others to warm up,
                    in five seconds at most
  --words N         how many words a query has; at random from 1 to 8 unless told
  --systems NAME,…  of ${KNOWN.join(', ')};
                    default ${DEFAULT}
  --budget SECONDS  for indexing and for searching, each, per engine; default 300
  --json            one JSON document on stdout
  --help            this text

docs/s includes reading and indexing and, for attention, fitting and embedding. Attention and FTS5
are then reopened from their file; engines that live in memory have no "open": they would index again.
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  documents: TEXT,
  queries: TEXT,
  words: TEXT,
  systems: TEXT,
  budget: TEXT,
  page: { type: 'boolean' },
  http: { type: 'boolean' },
  scale: { type: 'boolean' },
  load: { type: 'boolean' },
  kernel: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Alternative measurements, of which one can be chosen, with the options they accept. */
const MODES = {
  page: ['documents'],
  http: [],
  load: [],
  kernel: ['documents'],
  scale: ['documents', 'queries'],
} as const;

/**
 * Entry point of the command.
 *
 * @param measure  runs one job, by default in a child process; tests run it in their own
 */
export function main(argv: string[], io: Io, measure: Measure = measureInChild): Promise<ExitCode> {
  return runCommand(
    {
      name: 'bench',
      usage: USAGE,
      options: OPTIONS,
      async run(values, positionals) {
        const result = await bench(values, positionals, measure, io);
        if (values.json) printJson(io, result.report);
        else io.stdout.write(result.text);
        return result.failed ? 1 : 0;
      },
    },
    argv,
    io,
  );
}

/** The result of a measurement: `report` for --json, `text` for people. */
interface BenchResult {
  readonly report: unknown;
  readonly text: string;
  readonly failed?: boolean;
}

async function bench(
  values: Values<typeof OPTIONS>,
  positionals: readonly string[],
  measure: Measure,
  io: Io,
): Promise<BenchResult> {
  if (positionals.length > 0) throw new UsageError(`Expected options only, got "${positionals[0]}".`);
  checkMode(values);
  if (values.http) return benchHttp();
  if (values.load) return benchLoad();
  const systems = namesAmong(values.systems ?? DEFAULT, '--systems', KNOWN);
  const documents = wholeNumber(values.documents, '--documents', {
    least: 1,
    most: values.scale || values.kernel ? 10_000_000 : SYNSETS,
    fallback: values.scale || values.kernel ? 1_000_000 : values.page ? 10_000 : SYNSETS,
  });
  if (values.kernel) return benchKernel(documents);
  if (values.page) return benchPage(documents);
  const count = wholeNumber(values.queries, '--queries', { least: 1, most: 100_000, fallback: 1000 });
  const budgetMs = 1000 * wholeNumber(values.budget, '--budget', { least: 1, fallback: 300 });
  if (values.scale) return benchScale(documents, count, measure, io);
  const words = wholeNumber(values.words, '--words', { least: 1, most: 20, fallback: 0 });
  const queries = glossQueries(2 * count, documents, words === 0 ? {} : { words });
  const report = await runBench(systems, { documents, ...timed(queries), budgetMs }, measure, io);
  return { report, text: formatBench(report), failed: Object.keys(report.systems).length === 0 };
}

/**
 * Refuses options that the chosen measurement would silently ignore.
 *
 * @throws {UsageError}
 */
function checkMode(values: Values<typeof OPTIONS>): void {
  const mode = Object.keys(MODES).find((name) => values[name as keyof typeof MODES]) as keyof typeof MODES;
  if (mode === undefined) return;
  const taken: readonly string[] = [mode, 'json', ...MODES[mode]];
  const beside = Object.keys(values).find((name) => !taken.includes(name));
  if (beside !== undefined) throw new UsageError(`Expected --${mode} without --${beside}.`);
}

/** Imported dynamically, since nothing else needs a browser. */
async function benchPage(documents: number): Promise<BenchResult> {
  const { measurePage } = await import('./lib/bench-page.ts');
  const report = await measurePage(documents);
  const rows = (
    [
      ['temperature slider, key press until weights are drawn', report.slider],
      ['query, key press until weights are drawn', report.typing],
      ['self-attention of a document of 5,000 words', report.selfAttention],
      ['map of the library, first time', report.firstMap],
      ['map of the library, again', report.map],
    ] as const
  ).map(([name, { p50, p95 }]) => [name, `${p50} ms`, `${p95} ms`]);
  const heading = [`${report.documents.toLocaleString('en')} documents`, 'p50', 'p95'];
  return { report, text: formatTable([heading, ...rows]) };
}

async function benchHttp(): Promise<BenchResult> {
  const { measureHttp } = await import('./lib/bench-http.ts');
  const report = await measureHttp(10);
  const rows = report.map(({ name, perSecond, p50, p99, errors }) => [
    name,
    Math.round(perSecond).toLocaleString('en'),
    `${p50} ms`,
    `${p99} ms`,
    String(errors),
  ]);
  return { report, text: formatTable([['32 connections', 'a second', 'p50', 'p99', 'errors'], ...rows]) };
}

async function benchKernel(keys: number): Promise<BenchResult> {
  const { measureKernel } = await import('./lib/bench-kernel.ts');
  const report = await measureKernel(keys);
  const rows = report.map(({ name, p50, ratio }) => [name, milliseconds(p50), `${ratio.toFixed(2)} ×`]);
  const heading = [`${keys.toLocaleString('en')} keys of 128`, 'p50', 'of the first'];
  return { report, text: formatTable([heading, ...rows]) };
}

async function benchLoad(): Promise<BenchResult> {
  const { measureLoad } = await import('./lib/bench-load.ts');
  const of = await measureLoad(60);
  const rows = [
    ['searches a second', Math.round(of.perSecond).toLocaleString('en')],
    ['p50 · p99', `${of.p50} ms · ${of.p99} ms`],
    ['errors', String(of.errors)],
    ['notes written · found at the end', `${of.written} · ${of.found}`],
    ['event loop held up at most', `${Math.round(of.heldUp)} ms`],
    ['memory before · after', `${Math.round(of.before / 1e6)} MB · ${Math.round(of.after / 1e6)} MB`],
  ];
  const heading = [`${of.connections} connections, ${of.seconds} s`, ''];
  return { report: of, text: formatTable([heading, ...rows]) };
}

/** Measures 1,000 documents, then ten times as many each time, up to `most`. */
async function benchScale(most: number, queries: number, measure: Measure, io: Io): Promise<BenchResult> {
  const sizes: number[] = [];
  for (let size = 1000; size < most; size *= 10) sizes.push(size);
  const progress = new Progress(io.stderr);
  const reports: SystemReport[] = [];
  for (const documents of [...sizes, most]) {
    const settings = {
      documents,
      ...timed(glossQueries(2 * queries, Math.min(documents, SYNSETS))),
      budgetMs: 3_600_000,
    };
    const outcome = await runSystem('attention', settings, measure, (state) => progress.update(state));
    if (outcome.kind === 'failed') throw new CommandError(`${documents} documents: ${outcome.reason}`);
    reports.push(describeSystem(outcome));
  }
  progress.finish();
  return { report: { machine: machine(), sizes: reports }, text: formatScale(reports) };
}

/** The first half is timed, after the second. */
function timed(queries: readonly string[]): Pick<Job, 'queries' | 'warmUp'> {
  const half = queries.length / 2;
  return { queries: queries.slice(0, half), warmUp: queries.slice(half) };
}

async function runBench(
  names: readonly string[],
  settings: Pick<Job, 'documents' | 'queries' | 'warmUp' | 'budgetMs'>,
  measure: Measure,
  io: Io,
): Promise<BenchReport> {
  const progress = new Progress(io.stderr);
  const systems: Record<string, SystemReport> = {};
  const failed: { system: string; reason: string }[] = [];
  for (const name of names) {
    const outcome = await runSystem(name, settings, measure, (state) => progress.update(state));
    if (outcome.kind === 'failed') failed.push({ system: name, reason: outcome.reason });
    else systems[name] = describeSystem(outcome);
  }
  progress.finish();
  const lengths = settings.queries.map((query) => query.split(' ').length);
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  return {
    machine: machine(),
    corpus: 'WordNet 3.1',
    documents: settings.documents,
    queries: settings.queries.length,
    words: shortest === longest ? `${longest}` : `${shortest} to ${longest}`,
    systems,
    failed,
    ratios: compareSystems(systems),
  };
}

await runAsEntry(import.meta.url, main);
