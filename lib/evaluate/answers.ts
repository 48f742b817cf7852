import type { JudgedQuery } from './beir.ts';
import { mean } from './metrics.ts';

/** A system that answers a query with passages of documents. */
export interface AnsweringSystem {
  readonly name: string;
  /** Pieces of text; [] means "nothing here". */
  answer(query: string): readonly string[];
}

/** How well a system answers the queries whose answers are known. */
export interface AnswerMeasures {
  /** Queries with a known answer. */
  readonly queries: number;
  /** Share of the queries with a known answer inside one piece, [0, 1]. */
  readonly contained: number;
  /** Share of the queries that were answered at all, [0, 1]. */
  readonly answered: number;
  /**
   * Mean UTF-16 units of all pieces of an answer. Read `contained` with it: showing everything contains everything.
   */
  readonly characters: number;
}

/** Whether the text contains one of the known answers, ignoring case and amount of white space. */
export function containsAnswer(text: string, answers: readonly string[]): boolean {
  const within = normalize(text);
  return answers.some((answer) => within.includes(normalize(answer)));
}

/** Means over the queries that have known answers; null when there are none. */
export function measureAnswers(
  system: AnsweringSystem,
  queries: readonly JudgedQuery[],
): AnswerMeasures | null {
  const asked = queries.filter(({ answers }) => answers.length > 0);
  const given = asked.map(({ text }) => system.answer(text));
  const share = (count: (pieces: readonly string[], i: number) => number) => mean(given.map(count)) ?? 0;
  if (asked.length === 0) return null;
  return {
    queries: asked.length,
    contained: share((pieces, i) =>
      Number(pieces.some((piece) => containsAnswer(piece, asked[i]?.answers ?? []))),
    ),
    answered: share((pieces) => Number(pieces.length > 0)),
    characters: share((pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0)),
  };
}

function normalize(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}
