import type { Collection } from '../lib/evaluate/beir.ts';
import { slices } from '../lib/evaluate/slices.ts';
import { terminalLine } from '../lib/ingest/plain-text.ts';
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
import { readCollections } from './lib/collections.ts';
import { evaluateCollections, type MeasurePeer } from './lib/evaluation.ts';
import { formatEvaluation } from './lib/evaluation-text.ts';
import { formatGrown, type GrownReport, measureGrown } from './lib/grown.ts';
import { type RunPeer, runPeerInChild } from './lib/peer-run.ts';
import { Progress } from './lib/progress.ts';
import { PEER_NAMES } from './peers/index.ts';

/** Libraries sampled from each collection. */
const SLICES = 3;

/** Our own systems first. `title`, `content` and `words` have one head on and the others at 0. */
const SYSTEMS = ['attention', 'title', 'content', 'words', ...PEER_NAMES];

const USAGE = `
Usage: npm run evaluate -- BEIR-FOLDER… [--systems NAME,…] [--slice N | --grow N]
                                [--budget SECONDS] [--json]

Measures how well attention and other engines rank collections with known answers. A folder
holds corpus.jsonl (or a collection.json naming a folder of notes), queries.jsonl, qrels/test.tsv
(or else dev.tsv), and optionally answers.jsonl: { "_id", "answers" } for each query, where an answer has
to contain one of the texts.

  --systems NAME,…  only these of ${SYSTEMS.slice(0, 6).join(', ')},
                    ${SYSTEMS.slice(6).join(', ')}
  --slice N         instead of each collection three libraries of N of its documents
  --grow N          instead of rankings: the share of verdicts that stay when N WordNet glosses
                    are added for each document
  --budget SECONDS  for each other engine on each collection; what is not done by then is
                    reported as failed; default 600
  --json            one JSON document on stdout
  --help            this text

nDCG@10 (linear gain), recall@100 and MRR@10 are those of BEIR. "none" is the AUROC of the
null key: how well 1 − its weight tells a collection's queries from the other collections'
(at most 200 of each). "cal. error" is the expected calibration error of the weights of the
first ten results. p is the p-value of a paired randomisation test on nDCG@10.
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = { systems: TEXT, slice: TEXT, grow: TEXT, budget: TEXT, json: { type: 'boolean' } } as const;

/**
 * Entry point of the command.
 *
 * @param runPeer  measures another engine, by default in a child process; tests run it in their own
 */
export function main(argv: string[], io: Io, runPeer: RunPeer = runPeerInChild): Promise<ExitCode> {
  const run = (values: Values<typeof OPTIONS>, folders: string[]) => evaluate(values, folders, io, runPeer);
  return runCommand({ name: 'evaluate', usage: USAGE, options: OPTIONS, run }, argv, io);
}

async function evaluate(
  values: Values<typeof OPTIONS>,
  folders: string[],
  io: Io,
  runPeer: RunPeer,
): Promise<ExitCode> {
  if (folders.length === 0) throw new UsageError('Expected at least one BEIR-FOLDER.');
  const systems = namesAmong(values.systems, '--systems', SYSTEMS);
  const budgetMs = 1000 * wholeNumber(values.budget, '--budget', { least: 1, fallback: 600 });
  const factor = wholeNumber(values.grow, '--grow', { least: 1, fallback: 99 });
  const size = wholeNumber(values.slice, '--slice', { least: 10, fallback: 100 });
  const beside = (['slice', 'systems', 'budget'] as const).find((name) => values[name] !== undefined);
  if (values.grow !== undefined && beside !== undefined)
    throw new UsageError(`Expected --grow without --${beside}.`);
  const whole = await readCollections(folders, io);
  if (values.grow !== undefined) {
    const reports: GrownReport[] = [];
    for (const one of whole) reports.push(await measureGrown(one, factor));
    if (values.json) printJson(io, rounded({ collections: reports }));
    else io.stdout.write(formatGrown(reports));
    return 0;
  }
  const collections = values.slice === undefined ? whole : whole.flatMap((one) => sliced(one, size, io));
  const measurePeer: MeasurePeer = (name, collection, onQuery) =>
    runPeer(name, collection, budgetMs, onQuery);
  const report = await evaluateCollections(collections, systems, new Progress(io.stderr), measurePeer);
  for (const { name, failed } of report.collections)
    for (const { system, reason } of failed)
      io.stderr.write(`${terminalLine(`${name}: ${system} failed: ${reason}`)}\n`);
  if (values.json) printJson(io, rounded(report));
  else io.stdout.write(formatEvaluation(report));
  return 0;
}

/**
 * Samples small libraries from a collection, and leaves out those without a query.
 *
 * @throws {CommandError} when no query has all its relevant documents in one library: usual where queries
 *   have many
 */
function sliced(collection: Collection, size: number, io: Io): Collection[] {
  const all = slices(collection, size, SLICES);
  const asked = all.filter(({ queries }) => queries.length > 0);
  if (asked.length === 0) {
    const what = `No query of ${collection.name} has all its relevant documents in a library of ${size}.`;
    throw new CommandError(`${what} Take a larger --slice.`);
  }
  for (const one of all)
    if (!asked.includes(one))
      io.stderr.write(`${terminalLine(one.name)}: left out, no query is answered there\n`);
  return asked;
}

/** Rounds every number of a report to five decimals, more than any of these collections can resolve. */
function rounded(report: unknown): unknown {
  return JSON.parse(
    JSON.stringify(report, (_, value) => (typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : value)),
  );
}

await runAsEntry(import.meta.url, main);
