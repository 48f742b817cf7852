import type { CollectionReport, EvaluationReport } from './evaluation.ts';
import { formatTable } from './table.ts';

/**
 * Formats a report as tables: ranking measures, the null key, comparisons, misspellings, answers and
 * query groups.
 */
export function formatEvaluation(report: EvaluationReport): string {
  const { collections } = report;
  const parts = [
    measureTable(report, 'ndcg@10', 'nDCG@10'),
    measureTable(report, 'recall@100', 'recall@100'),
    measureTable(report, 'mrr@10', 'MRR@10'),
    claimTable(collections),
    comparisonTable(collections),
    misspelledTable(collections),
    ...collections.map(answerTable),
    ...collections.map(groupTable),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function measureTable(
  { collections, mean }: EvaluationReport,
  measure: 'ndcg@10' | 'recall@100' | 'mrr@10',
  title: string,
): string {
  const several = collections.length > 1;
  const heading = [title, ...collections.map(({ name }) => name), ...(several ? ['mean'] : [])];
  const names = [...new Set(collections.flatMap(({ systems }) => Object.keys(systems)))];
  const rows = names.map((system) => [
    system,
    ...collections.map(({ systems }) => share(systems[system]?.[measure])),
    ...(several ? [share(mean[system]?.[measure])] : []),
  ]);
  return formatTable([heading, ...rows]);
}

function claimTable(collections: readonly CollectionReport[]): string {
  const claims = collections.filter(({ none }) => none !== undefined);
  if (claims.length === 0) return '';
  const heading = ['attention', 'documents', 'queries', 'none', 'own none', 'cal. error'];
  const rows = claims.map(({ name, documents, queries, none, calibrationError }) => [
    name,
    String(documents),
    String(queries),
    share(none?.auroc),
    share(none?.unanswerableAuroc),
    share(calibrationError),
  ]);
  return formatTable([heading, ...rows]);
}

function comparisonTable(collections: readonly CollectionReport[]): string {
  const rows = collections.flatMap(({ name, comparisons }) =>
    comparisons.map(({ system, wins, losses, ties, difference, p }) => [
      `${name} against ${system}`,
      `${difference < 0 ? '−' : '+'}${share(Math.abs(difference))}`,
      String(wins),
      String(losses),
      String(ties),
      p < 0.001 ? '<.001' : share(p),
    ]),
  );
  if (rows.length === 0) return '';
  return formatTable([['attention, nDCG@10', 'difference', 'wins', 'losses', 'ties', 'p'], ...rows]);
}

function misspelledTable(collections: readonly CollectionReport[]): string {
  const rows = collections.flatMap(({ name, misspelled }) =>
    misspelled.map(({ script, queries, written, misspelled: slipped }) => [
      `${name}, ${script}`,
      String(queries),
      share(written),
      share(slipped),
      share(written > 0 ? slipped / written : null),
    ]),
  );
  return rows.length === 0
    ? ''
    : formatTable([['attention, hit@3', 'queries', 'as written', 'misspelled', 'kept'], ...rows]);
}

function answerTable({ name, answers }: CollectionReport): string {
  const rows = Object.entries(answers).map(([system, { queries, contained, answered, characters }]) => [
    system,
    String(queries),
    share(contained),
    share(answered),
    String(Math.round(characters)),
  ]);
  return rows.length === 0
    ? ''
    : formatTable([[`${name}: answers`, 'queries', 'contained', 'answered', 'characters'], ...rows]);
}

function groupTable({ name, groups }: CollectionReport): string {
  const names = Object.keys(groups[0]?.systems ?? {});
  const shown = names.includes('attention') ? 'attention' : names[0];
  if (shown === undefined) return '';
  const rows = groups.map(({ language, kind, queries, systems }) => [
    [language, kind].filter((label) => label !== null).join(' '),
    String(queries),
    share(systems[shown]?.['hit@3']),
    share(systems[shown]?.['ndcg@10']),
    share(systems[shown]?.['mrr@10']),
  ]);
  return formatTable([[`${name}: ${shown}`, 'queries', 'hit@3', 'nDCG@10', 'MRR@10'], ...rows]);
}

/** Three decimals without a leading zero (.374), as in papers. */
function share(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(3).replace(/^0/, '');
}
