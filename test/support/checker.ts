/**
 * Recomputes responses from what they contain, following docs/api.md alone. Imports none of the code
 * under test.
 */

const TOLERANCE = 1e-6;

/**
 * Checks a response of GET /api/search.
 *
 * @param contentOf  the stored content of a document
 * @returns  one sentence per violated guarantee; empty when all hold
 */
export function violations(response: unknown, contentOf: (id: number) => string): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  const { attention, results, answer, output } = response as Wire;
  const { temperature, bias, heads, nothing, remainder } = attention;
  const close = (a: number, b: number, scale = 1): boolean =>
    Math.abs(a - b) <= TOLERANCE * Math.max(1, scale);

  for (const { rank, logit, scores } of results) {
    expect(sameNames(scores, heads), `result ${rank}: scores and heads have the same names`);
    const sum = Object.entries(heads).reduce(
      (total, [head, a]) => total + a * (scores[head] ?? Number.NaN),
      bias,
    );
    expect(
      close(sum, logit, Math.abs(logit)),
      `result ${rank}: logit ${logit} is bias + Σ heads · scores = ${sum}`,
    );
    for (const [head, score] of Object.entries(scores)) {
      expect(score >= -1 && score <= 1, `result ${rank}: ${head} ${score} is in [−1, 1]`);
    }
  }

  for (const { rank, weight, logit } of results) {
    // wᵢ / w(nothing) = exp(ℓᵢ / T). Compared as logarithms, and only where both weights are far from
    // underflow.
    if (weight < 1e-290 || nothing.weight < 1e-290) continue;
    const ratio = Math.log(weight) - Math.log(nothing.weight);
    expect(
      close(ratio, logit / temperature, Math.abs(ratio)),
      `result ${rank}: weight follows its logit at T`,
    );
  }

  const sum = results.reduce((total, { weight }) => total + weight, nothing.weight + remainder);
  expect(close(sum, 1), `weights + nothing + remainder = 1, not ${sum}`);
  expect(remainder >= 0 && remainder <= 1, `remainder ${remainder} is a share`);
  expect(results.length <= attention.documents, 'no more results than documents');
  expect(new Set(results.map(({ id }) => id)).size === results.length, 'no document twice');
  expect(
    attention.effectiveDocuments >= 1 - TOLERANCE &&
      attention.effectiveDocuments <= attention.documents + 1 + TOLERANCE,
    `effectiveDocuments ${attention.effectiveDocuments} is between 1 and N + 1`,
  );
  results.forEach((result, i) => {
    expect(result.rank === i + 1, `rank ${result.rank} is its place, ${i + 1}`);
    const before = results[i - 1];
    expect(
      !before || before.weight >= result.weight,
      `result ${result.rank} has no more weight than the one before`,
    );
    expect(
      !before || before.logit >= result.logit,
      `result ${result.rank} has no larger logit than the one before`,
    );
    checkPassage(result, contentOf(result.id), expect);
  });

  for (const sentence of answer.sentences) {
    const { text, document, start, end, weight } = sentence;
    expect(
      contentOf(document).slice(start, end) === text,
      `answer: [${start}, ${end}) of ${document} is its text`,
    );
    const holder = results.find(({ id }) => id === document);
    expect(
      !holder || weight <= holder.weight + TOLERANCE,
      'answer: a sentence has no more than its document',
    );
  }
  for (const { name, document, weight } of answer.properties) {
    const holder = results.find(({ id }) => id === document);
    expect(!holder || close(weight, holder.weight), `answer: ${name} has the weight of its document`);
  }
  expect(
    attention.verdict !== 'none' || answer.sentences.length + answer.properties.length === 0,
    'no answer where the verdict is none',
  );
  for (const { term, weight, shares } of output.terms) {
    expect(shares.length === results.length, `output ${term}: a share per result`);
    const total = shares.reduce((a, b) => a + b, 0);
    expect(
      remainder > 1e-9 || Math.abs(total - weight) < 1e-5,
      `output ${term}: shares ${total} sum to ${weight}`,
    );
  }
  return found;
}

function checkPassage(
  { rank, passage }: WireResult,
  content: string,
  expect: (holds: boolean, what: string) => void,
) {
  const { text, start, end, matches } = passage;
  expect(
    content.slice(start, end) === text,
    `result ${rank}: [${start}, ${end}) of its content is the passage`,
  );
  let at = start;
  for (const [from, to] of matches) {
    expect(
      from >= at && to > from && to <= end,
      `result ${rank}: match [${from}, ${to}) is inside and in order`,
    );
    at = to;
  }
}

/**
 * Checks a response of GET /api/documents/map that lists all its rows.
 *
 * @returns  one sentence per violated guarantee; empty when all hold
 */
export function mapViolations(map: unknown): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  const { documents, of, attention, neighbourhoods, rows } = map as WireMap;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const close = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
  expect(rows.length === documents && of >= documents, 'there is a row for every document');
  for (const { id, nothing, remainder, relations } of rows) {
    const weights = relations.map(({ weight }) => weight);
    expect(close(sum(weights) + nothing + remainder, 1), `row ${id}: weights + nothing + remainder = 1`);
    expect(
      relations.every((one) => one.id !== id),
      `row ${id}: the document itself is left out`,
    );
    expect(
      weights.every((weight, k) => k === 0 || weight <= weights[k - 1]!),
      `row ${id}: strongest first`,
    );
    for (const { id: to, weight, logit, scores } of relations) {
      const expected = Object.entries(attention.heads).reduce(
        (total, [head, a]) => total + a * (scores[head] ?? Number.NaN),
        attention.bias,
      );
      expect(close(logit, expected), `${id} → ${to}: logit is bias + Σ heads · scores`);
      expect(close(Math.log(weight / nothing), logit), `${id} → ${to}: weight / nothing = exp(logit)`);
    }
  }
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const members = neighbourhoods.flatMap((one) => one.documents);
  expect(members.length === documents && new Set(members).size === documents, 'each document is in one');
  neighbourhoods.forEach(({ size, documents: own, weights, nothing, remainder }, g) => {
    expect(size === own.length, `neighbourhood ${g}: its size`);
    expect(close(sum(weights) + nothing + remainder, 1), `neighbourhood ${g}: its weights sum to 1`);
    neighbourhoods.forEach((other, h) => {
      const to = new Set(other.documents);
      const given = own.flatMap((id) => rowOf.get(id)?.relations ?? []).filter(({ id }) => to.has(id));
      const average = sum(given.map(({ weight }) => weight)) / size;
      expect(close(weights[h] ?? Number.NaN, average), `neighbourhood ${g} → ${h}: the average of its rows`);
    });
  });
  return found;
}

interface WireMap {
  readonly documents: number;
  readonly of: number;
  readonly attention: { readonly bias: number; readonly heads: Readonly<Record<string, number>> };
  readonly neighbourhoods: readonly {
    readonly size: number;
    readonly weights: readonly number[];
    readonly nothing: number;
    readonly remainder: number;
    readonly documents: readonly number[];
  }[];
  readonly rows: readonly {
    readonly id: number;
    readonly nothing: number;
    readonly remainder: number;
    readonly relations: readonly {
      readonly id: number;
      readonly weight: number;
      readonly logit: number;
      readonly scores: Readonly<Record<string, number>>;
    }[];
  }[];
}

function sameNames(a: object, b: object): boolean {
  return Object.keys(a).sort().join() === Object.keys(b).sort().join();
}

interface WireResult {
  readonly rank: number;
  readonly id: number;
  readonly weight: number;
  readonly logit: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly passage: { text: string; start: number; end: number; matches: readonly [number, number][] };
}

interface Wire {
  readonly attention: {
    readonly documents: number;
    readonly temperature: number;
    readonly bias: number;
    readonly heads: Readonly<Record<string, number>>;
    readonly nothing: { readonly weight: number };
    readonly remainder: number;
    readonly effectiveDocuments: number;
    readonly verdict: string;
  };
  readonly results: readonly WireResult[];
  readonly answer: {
    readonly sentences: readonly {
      text: string;
      weight: number;
      document: number;
      start: number;
      end: number;
    }[];
    readonly properties: readonly { name: string; document: number; weight: number }[];
  };
  readonly output: { readonly terms: readonly { term: string; weight: number; shares: readonly number[] }[] };
}
