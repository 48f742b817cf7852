import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  type Calibration,
  type Coefficients,
  readCalibration,
  type Scalable,
} from '../lib/attention/calibration.ts';
import { balanced } from '../lib/attention/scaling.ts';
import { Engine } from '../lib/engine.ts';
import type { Collection } from '../lib/evaluate/beir.ts';
import {
  type CalibrationQuality,
  type CalibrationSet,
  crossValidate,
  drawSome,
  type Fitter,
  fitHead,
  fitLikelihood,
  OFF_TOPIC_SHARE,
  qualityOf,
  rankingFitter,
} from '../lib/evaluate/calibrate.ts';
import type { Fit, ScoredQuery, Scores } from '../lib/evaluate/fit.ts';
import { terminalLine } from '../lib/ingest/plain-text.ts';
import { LIMITS } from '../lib/query/options.ts';
import { packageFile } from '../lib/root.ts';
import { asMain, type ExitCode, type Io, printJson, runAsEntry, UsageError, type Values } from './lib/cli.ts';
import { readCollections } from './lib/collections.ts';
import { formatTable } from './lib/table.ts';

const USAGE = `
Usage: npm run calibrate -- BEIR-FOLDER… [--write] [--json]

Fits the heads' coefficients and the bias: the ratios of the coefficients by nDCG@10, their scale and
the bias by maximum likelihood, where relevant documents should get the weight, and the null key that
of queries from the other collections. How the share of a query that the embedding explains changes
scale and bias is fitted with them. Every collection counts twice, with its titles and without.
Reports the quality of the fit on collections it has not seen (leave one out), compared with the
calibration in use.

  --write   write data/calibration.json
  --json    one JSON document on stdout
  --help    this text
`;

/**
 * Most queries drawn, with a fixed seed: from the collection (on topic), and from its own unanswerable
 * ones and from the other collections (off topic).
 */
const ON_TOPIC = 1000;
const OFF_TOPIC = 100;
const SEED = 2026;
/** The head whose coefficient is the unit of the others. */
const ANCHOR = 'words';
/**
 * Lower bounds of coefficients at the first look. Passages contain their titles, so maximum likelihood
 * gives the title head nothing; it must still take part in the first look.
 */
const LEAST: Readonly<Record<string, number>> = { title: 0.5 };

const OPTIONS = { write: { type: 'boolean' }, json: { type: 'boolean' } } as const;

export const main = asMain({ name: 'calibrate', usage: USAGE, options: OPTIONS, run });

async function run(values: Values<typeof OPTIONS>, folders: string[], io: Io): Promise<ExitCode> {
  if (folders.length < 2)
    throw new UsageError('Expected at least two BEIR-FOLDERs: off-topic queries come from the others.');
  const collections = await readCollections(folders, io);
  const used = readCalibration(packageFile('data/calibration.json'));
  // The first look is fitted first, because feedback is computed from what it finds.
  const looks = await scoreAll(collections, used, 0, io);
  const least = Object.keys(used.first.heads).map((name) => LEAST[name] ?? 0);
  const first = coefficientsOf(fitLikelihood(looks, least), Object.keys(used.first.heads));
  const sets = await scoreAll(collections, { ...used, first }, 1, io);
  const names = Object.keys(used.heads);
  const fitter = rankingFitter(sets, names.length, names.indexOf(ANCHOR));
  const fit = fitter(sets);
  // The title head is fitted on titled sets only: each collection comes in a titled and an untitled
  // variant.
  const titled = sets.filter(({ name, collection }) => name === collection);
  const titleFitter: Fitter = (chosen) => fitHead(chosen, names.indexOf('title'));
  const title = titleFitter(titled);
  const before = sets.map((set) => qualityOf(set, { ...used, coefficients: Object.values(used.heads) }));
  const held = crossValidate(sets, fitter);
  const only = {
    coefficients: names.map((name) => (name === ANCHOR ? 1 : 0)),
    bias: 0,
    explained: { bias: 0, sharpness: 0 },
  };
  const alone = sets.map((set) => qualityOf(set, only)['ndcg@10']);
  const calibration = {
    ...scalableOf(fit, names),
    // `fitHead` puts the head's coefficient last
    textbook: scalableOf({ ...title, coefficients: title.coefficients.slice(-1) }, ['title']),
    first,
    provenance: {
      method:
        'first look: maximum likelihood (InfoNCE with a null key); all heads: ratios by nDCG@10, scale, bias and what the explained share of a query does by maximum likelihood; see lib/evaluate and scripts/calibrate.ts',
      collections: sets.map(({ name, ids, onTopic, offTopic }) => ({
        name,
        documents: ids.length,
        onTopic: onTopic.length,
        offTopic: offTopic.length,
      })),
      offTopicShare: OFF_TOPIC_SHARE,
      seed: SEED,
      loss: round(fit.loss),
      leaveOneOut: Object.fromEntries(
        held.map(({ name, quality }, i) => [name, { ...rounded(quality), [ANCHOR]: round(alone[i] ?? 0) }]),
      ),
      textbook: Object.fromEntries(
        crossValidate(titled, titleFitter).map(({ name, quality }) => [name, rounded(quality)]),
      ),
      queries: createHash('sha256')
        .update(JSON.stringify(sets.map(({ onTopic }) => onTopic.map(({ query }) => query.id))))
        .digest('hex')
        .slice(0, 12),
    },
  };
  if (values.json) printJson(io, calibration);
  else {
    const rows = held.map(({ name, quality, fit: { coefficients, bias: b, explained } }, i) => [
      name,
      ...cells(before[i]),
      ...cells(quality),
      gained(quality['ndcg@10'], alone[i]),
      ...Array.from(coefficients, (a) => a.toFixed(2)),
      ...[b, explained.bias, explained.sharpness].map((value) => value.toFixed(2)),
    ]);
    io.stdout.write(
      formatTable([
        [
          'leave one out',
          'nDCG before',
          'AUROC',
          'cal.',
          'nDCG fitted',
          'AUROC',
          'cal.',
          `on ${ANCHOR}`,
          ...names,
          ...['b', 'β', 'γ'],
        ],
        ...rows,
      ]),
    );
    io.stdout.write(
      `\nAll collections: ${names.map((name, i) => `${name} ${fit.coefficients[i]?.toFixed(3)}`).join(', ')}, b ${fit.bias.toFixed(3)}, β ${fit.explained.bias.toFixed(2)}, γ ${fit.explained.sharpness.toFixed(2)}, loss ${fit.loss.toFixed(4)}\n`,
    );
  }
  if (values.write)
    writeFileSync(packageFile('data/calibration.json'), `${JSON.stringify(calibration, null, 2)}\n`);
  return 0;
}

/** Scores every collection twice, with its titles and without. */
async function scoreAll(
  collections: readonly Collection[],
  calibration: Calibration,
  hops: number,
  io: Io,
): Promise<CalibrationSet[]> {
  const sets: CalibrationSet[] = [];
  for (const collection of collections) {
    const others = collections.filter((other) => other !== collection);
    for (const variant of [collection, untitled(collection)]) {
      io.stderr.write(`${terminalLine(variant.name)}, ${hops === 0 ? 'first look' : 'with feedback'} …\n`);
      const scored = await scoreCollection(variant, others, calibration, hops);
      sets.push({ ...scored, collection: collection.name });
    }
  }
  return sets;
}

/** Coefficients by head name; `names` are in the order of the fit. */
function coefficientsOf({ bias, coefficients }: Fit, names: readonly string[]): Coefficients {
  return {
    bias: round(bias),
    heads: Object.fromEntries(names.map((name, i) => [name, round(coefficients[i] ?? 0)])),
  };
}

/** As `coefficientsOf`, with β and γ, the effects of the explained share. */
function scalableOf(fit: Fit, names: readonly string[]): Scalable {
  const { bias, sharpness } = fit.explained;
  return { ...coefficientsOf(fit, names), explained: { bias: round(bias), sharpness: round(sharpness) } };
}

/** The collection as untitled notes, whose first line is the title. */
function untitled(collection: Collection): Collection {
  const documents = collection.documents.map((document) => ({
    ...document,
    title: '',
    aliases: [],
    content: `${document.title}\n\n${document.content}`,
  }));
  return { ...collection, name: `${collection.name}, untitled`, documents };
}

async function scoreCollection(
  collection: Collection,
  others: readonly Collection[],
  calibration: Calibration,
  hops: number,
): Promise<Omit<CalibrationSet, 'collection'>> {
  const engine = Engine.open({ calibration });
  await engine.index(collection.documents);
  const ids = Array.from(engine.arrays().ids, (id) => engine.document(id).uri);
  const scored = (text: string): ScoredQuery => {
    const { record, query, coefficients } = engine.attend(text.slice(0, LIMITS.queryLength), { hops });
    const { lengthGain, trust } = coefficients;
    const names = record.heads.map(({ name }) => name);
    const scores = record.heads.map((head) => head.scores);
    return {
      scores: hops > 0 ? balancedScores(names, scores, (a) => balanced(a, lengthGain, trust)) : scores,
      explained: query.explained,
      doubt: query.doubt,
    };
  };
  const off = [
    ...drawSome(collection.unanswerable, OFF_TOPIC, SEED),
    ...drawSome(
      others.flatMap(({ queries }) => queries),
      OFF_TOPIC,
      SEED,
    ),
  ];
  const set = {
    name: collection.name,
    ids,
    // A query that is one of the documents finds itself anyway, so there is nothing to learn from its
    // weight.
    onTopic: drawSome(
      collection.queries.filter(({ itself }) => itself === undefined),
      ON_TOPIC,
      SEED,
    ).map((query) => ({
      query,
      ...scored(query.text),
    })),
    offTopic: off.map(({ text }) => scored(text)),
  };
  engine.close();
  return set;
}

/**
 * Transforms scores so that `balance` need not be applied during the fit.
 *
 * @returns  scores t with Σ aₕ tₕ = Σ balance(a)ₕ sₕ for every a; requires a linear `balance`
 */
function balancedScores(
  names: readonly string[],
  scores: readonly Scores[],
  balance: (heads: Record<string, number>) => Record<string, number>,
): Float64Array[] {
  return names.map((name) => {
    const parts = balance(Object.fromEntries(names.map((other) => [other, other === name ? 1 : 0])));
    const sum = new Float64Array(scores[0]?.length ?? 0);
    names.forEach((other, h) => {
      const part = parts[other] ?? 0;
      const of = scores[h];
      for (let i = 0; part !== 0 && i < sum.length; i++) sum[i] = (sum[i] ?? 0) + part * (of?.[i] ?? 0);
    });
    return sum;
  });
}

function cells(quality: CalibrationQuality | undefined): string[] {
  return [quality?.['ndcg@10'], quality?.auroc, quality?.calibrationError].map((value) =>
    value === null || value === undefined ? '–' : value.toFixed(3),
  );
}

/** Difference of a fit's quality to that of one head alone, with its sign. */
function gained(fitted: number | null, alone: number | null | undefined): string {
  const change = (fitted ?? 0) - (alone ?? 0);
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(3)}`;
}

function rounded(quality: CalibrationQuality): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(quality).map(([name, value]) => [name, value === null ? null : round(value)]),
  );
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

await runAsEntry(import.meta.url, main);
