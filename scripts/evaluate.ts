import { type Collection, readCollection } from '../lib/evaluate/beir.ts';
import { slices } from '../lib/evaluate/slices.ts';
import {
  asMain,
  CommandError,
  type Io,
  namesAmong,
  printJson,
  runAsEntry,
  UsageError,
  wholeNumber,
} from './lib/cli.ts';
import { evaluateCollections } from './lib/evaluation.ts';
import { formatEvaluation } from './lib/evaluation-text.ts';
import { formatGrown, type GrownReport, measureGrown } from './lib/grown.ts';
import { readNotes } from './lib/notes.ts';
import { Progress } from './lib/progress.ts';
import { PEER_NAMES } from './peers/index.ts';

/** Libraries cut out of each collection. */
const SLICES = 3;

/** All of our own first; one head alone has the other heads at 0. */
const SYSTEMS = ['attention', 'title', 'content', 'words', ...PEER_NAMES];

const USAGE = `
Usage: npm run evaluate -- BEIR-FOLDER… [--systems NAME,…] [--slice N | --grow N] [--json]

Measures how well attention and other engines rank collections with known answers. A folder
holds corpus.jsonl (or a collection.json naming a folder of notes), queries.jsonl, qrels/test.tsv,
and perhaps answers.jsonl: { "_id", "answers" } of queries, texts of which one has to be in an answer.

  --systems NAME,…  only these of ${SYSTEMS.slice(0, 6).join(', ')},
                    ${SYSTEMS.slice(6).join(', ')}
  --slice N         instead of each collection three libraries of N of its documents
  --grow N          instead of rankings: the share of verdicts that stay when N WordNet glosses
                    are added for each document
  --json            one JSON document on stdout
  --help            this text

nDCG@10 (linear gain), recall@100 and MRR@10 are those of BEIR. "none" is the AUROC of the
null key: how well 1 − its weight tells a collection's queries from the other collections'
(at most 200 of each). "cal. error" is the expected calibration error of the weights of the
first ten results. p is of a paired randomisation test on nDCG@10.
`;

export const main = asMain({
  name: 'evaluate',
  usage: USAGE,
  options: {
    systems: { type: 'string' },
    slice: { type: 'string' },
    grow: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, folders, io) {
    if (folders.length === 0) throw new UsageError('Expected at least one BEIR-FOLDER.');
    const systems = namesAmong(values.systems, '--systems', SYSTEMS);
    const whole = await readAll(folders, io);
    if (values.grow !== undefined) {
      const factor = wholeNumber(values.grow, '--grow', { least: 1, fallback: 99 });
      const reports: GrownReport[] = [];
      for (const one of whole) reports.push(await measureGrown(one, factor));
      if (values.json) printJson(io, rounded({ collections: reports }));
      else io.stdout.write(formatGrown(reports));
      return 0;
    }
    const size =
      values.slice === undefined ? null : wholeNumber(values.slice, '--slice', { least: 10, fallback: 100 });
    const collections = size === null ? whole : whole.flatMap((one) => slices(one, size, SLICES));
    const report = await evaluateCollections(collections, systems, new Progress(io.stderr));
    if (values.json) printJson(io, rounded(report));
    else io.stdout.write(formatEvaluation(report));
    return 0;
  },
});

async function readAll(folders: readonly string[], io: Io): Promise<Collection[]> {
  const collections: Collection[] = [];
  for (const folder of folders) {
    const collection = await readCollection(folder, readNotes);
    for (const warning of collection.warnings) io.stderr.write(`${collection.name}: ${warning}\n`);
    if (collection.queries.length === 0) {
      throw new CommandError(`${folder} has no query with a relevant document; there is nothing to measure.`);
    }
    collections.push(collection);
  }
  return collections;
}

/** Five decimals: more than any collection here can resolve. */
function rounded(report: unknown): unknown {
  return JSON.parse(
    JSON.stringify(report, (_, value) => (typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : value)),
  );
}

await runAsEntry(import.meta.url, main);
