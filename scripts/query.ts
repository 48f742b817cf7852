import { Engine, type SearchResponse } from '../lib/index.ts';
import { terminalLine } from '../lib/ingest/plain-text.ts';
import { translator } from '../server/i18n.ts';
import { percent } from '../server/views/numbers.ts';
import { readingsView } from '../server/views/readings.ts';
import {
  asMain,
  type ExitCode,
  type Io,
  printJson,
  runAsEntry,
  UsageError,
  type Values,
  wholeNumber,
} from './lib/cli.ts';
import { databasePath } from './lib/database.ts';

const USAGE = `
npm run query -- "words" [--db FILE] [--limit 10] [--temperature 1] [--json]

  --db FILE          the index (default: $QKV_DB or data/index.db)
  --limit N          how many documents to list, 1 to 100 (default 10)
  --temperature T    above 0: lower picks one document, higher averages all (default 1)
  --json             print the response of GET /api/search
  --help             this text
`;

const OPTIONS = {
  db: { type: 'string' },
  limit: { type: 'string' },
  temperature: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const main = asMain({ name: 'query', usage: USAGE, options: OPTIONS, run });

async function run(values: Values<typeof OPTIONS>, words: string[], io: Io): Promise<ExitCode> {
  const text = words.join(' ');
  if (text.trim() === '')
    throw new UsageError('Expected a query, for example: npm run query -- "what is attention".');
  const limit = wholeNumber(values.limit, '--limit', { least: 1, most: 100, fallback: 10 });
  const given = values.temperature ?? '1';
  // the number format of the HTTP API, without a sign
  const temperature = /^[\d.]+(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
  if (!(temperature >= 0.001 && temperature <= 1000)) {
    throw new UsageError(`Expected --temperature to be a number from 0.001 to 1000, got "${given}".`);
  }
  const engine = Engine.open({ path: databasePath(values.db), mustExist: true });
  await engine.freshness.look();
  try {
    const response = engine.search(text, { limit, temperature });
    if (values.json) printJson(io, response);
    else io.stdout.write(describe(response, readingsView(engine, response, translator('en'))));
    return 0;
  } finally {
    engine.close();
  }
}

const VERDICTS = {
  strong: 'Something here answers this.',
  weak: 'Perhaps something here answers this.',
  none: 'Nothing here answers this. The closest documents:',
} as const;

function describe({ attention, results, tookMs }: SearchResponse, readings: readonly string[]): string {
  const share = (weight: number) => percent(weight).padStart(8);
  // Where every score is 0 no document is closest, and none is listed.
  const isKnown = results.some(({ scores }) => Object.values(scores).some((score) => score !== 0));
  const listed = isKnown ? results : [];
  const lines = [isKnown ? VERDICTS[attention.verdict] : 'No document has a word of this query.'];
  lines.push(...readings.map(terminalLine), '');
  for (const { weight, title, uri, scores, passage, tags, properties, missing } of listed) {
    const asked = properties.map(({ name, value }) => `${name}: ${value}`.slice(0, 160));
    const labels = [uri, ...tags.map((tag) => `#${tag}`), ...asked];
    const parts = Object.entries(scores).map(([name, score]) => `${name} ${score.toFixed(2)}`);
    lines.push(
      `${share(weight)}  ${terminalLine(title)}  (${labels.map(terminalLine).join(' ')})`,
      `          ${parts.join(' · ')}`,
    );
    if (passage.text !== '') lines.push(`          ${terminalLine(passage.text).slice(0, 160)}`);
    if (missing.length > 0)
      lines.push(`          not in this document: ${terminalLine(missing.join(', ')).slice(0, 160)}`);
  }
  lines.push(
    `${share(attention.nothing.weight)}  nothing here`,
    `${share(isKnown ? attention.remainder : 1 - attention.nothing.weight)}  the other ${attention.documents - listed.length} of ${attention.documents} documents`,
    '',
    `T = ${attention.temperature}, ${attention.effectiveDocuments.toFixed(1)} effective keys, ${tookMs.total.toFixed(1)} ms`,
  );
  return `${lines.join('\n')}\n`;
}

await runAsEntry(import.meta.url, main);
