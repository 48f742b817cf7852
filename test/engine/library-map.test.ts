import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DocumentKeys, keyAttention } from '../../lib/attention/keys.ts';
import { Engine } from '../../lib/engine.ts';
import { type LibraryMap, libraryMap, MAP } from '../../lib/explain/library-map.ts';
import { keyQuery, relatedDocuments } from '../../lib/explain/relations.ts';
import { packageFile } from '../../lib/root.ts';
import { NOTES, textDocument } from '../support/corpus.ts';
import { naiveCosine, naiveSoftmax, naiveTopK } from '../support/reference.ts';

let engine: Engine;
let whole: LibraryMap;
beforeAll(async () => {
  engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  whole = await libraryMap(engine);
});
afterAll(() => engine.close());

const idsOf = ({ documents }: LibraryMap) => documents.map(({ id }) => id);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function rowOf({ relations }: LibraryMap, i: number) {
  const [from, to] = [relations.offsets[i]!, relations.offsets[i + 1]!];
  return {
    targets: [...relations.targets.slice(from, to)],
    weights: [...relations.weights.slice(from, to)],
    logits: [...relations.logits.slice(from, to)],
    nothing: relations.nothing[i]!,
    remainder: relations.remainder[i]!,
  };
}

/** softmax(K Kᵀ · a + b − ln (N − 1)) computed directly, without the diagonal; the last column is the null key. */
function naiveRow(own: Engine, ids: readonly number[], i: number): number[] {
  const arrays = own.arrays();
  const { bias, heads } = own.calibration.first;
  const { titleKeys, passageKeys, passageOffsets } = arrays;
  const key = ({ keys, stride, dimension }: typeof titleKeys, row: number) =>
    keys.slice(row * stride, row * stride + dimension);
  const query = keyQuery(own, arrays, ids[i]!);
  const logits = ids.map((id) => {
    const at = arrays.ids.indexOf(id);
    const passages = Array.from({ length: passageOffsets[at + 1]! - passageOffsets[at]! }, (_, p) =>
      naiveCosine(query.content.values, key(passageKeys, passageOffsets[at]! + p)),
    );
    return (
      bias -
      Math.log(ids.length - 1) +
      heads.title! * naiveCosine(query.title.values, key(titleKeys, at)) +
      heads.content! * (passages.length > 0 ? Math.max(...passages) : 0)
    );
  });
  const others = naiveSoftmax(
    logits.filter((_, j) => j !== i),
    1,
  );
  const weights = others.slice(1);
  weights.splice(i, 0, 0);
  return [...weights, others[0]!];
}

describe('a map of few documents', () => {
  test('has every relation, equal to a softmax over the keys of the other documents', async () => {
    const map = await libraryMap(engine, { query: 'what is attention', search: { limit: 40 } });
    const ids = idsOf(map);
    expect(ids).toHaveLength(40);
    ids.forEach((_, i) => {
      const { targets, weights, nothing, remainder } = rowOf(map, i);
      const expected = naiveRow(engine, ids, i);
      expect(targets.toSorted((a, b) => a - b)).toEqual(ids.map((_id, j) => j).filter((j) => j !== i));
      targets.forEach((j, k) => {
        expect(weights[k]).toBeCloseTo(expected[j]!, 6);
      });
      expect(nothing).toBeCloseTo(expected.at(-1)!, 6);
      expect(remainder).toBe(0);
      expect(sum(weights) + nothing).toBeCloseTo(1, 12);
    });
  });

  test('shows the documents that a query finds, or that a filter lets through', async () => {
    const found = await libraryMap(engine, { query: 'softmax', search: { limit: 7 } });
    const listed = engine.search('softmax', { limit: 7 }).results.map(({ id }) => id);
    expect(idsOf(found)).toEqual(listed.toSorted((a, b) => a - b));
    const filtered = await libraryMap(engine, { search: { filter: { folder: 'en/attention' } } });
    expect(filtered.documents.length).toBeGreaterThan(5);
    for (const { uri } of filtered.documents) expect(uri).toMatch(/^en\/attention\//);
  });

  test('can be of no documents or of one', async () => {
    const few = Engine.open();
    expect(await libraryMap(few)).toMatchObject({ documents: [], neighbourhoods: [], of: 0 });
    await few.index([textDocument('Alone', 'No company.')]);
    const map = await libraryMap(few);
    expect(map.neighbourhoods).toMatchObject([{ members: [0], nothing: 1 }]);
    few.close();
  });
});

describe('a map of many documents', () => {
  test('lists the strongest relations of each document, the same as its related documents', () => {
    expect(whole.documents.length).toBeGreaterThan(MAP.full);
    whole.documents.forEach(({ id }, i) => {
      const { targets, weights, logits, nothing, remainder } = rowOf(whole, i);
      const related = relatedDocuments(engine, id, MAP.neighbours);
      expect(targets.map((j) => whole.documents[j]!.id)).toEqual(related.documents.map((one) => one.id));
      expect(weights).toEqual(related.documents.map(({ weight }) => weight));
      expect(logits).toEqual(related.documents.map(({ logit }) => logit));
      expect(nothing).toBe(related.attention.nothing);
      expect(remainder).toBeCloseTo(related.attention.remainder, 12);
      expect(sum(weights) + nothing + remainder).toBeCloseTo(1, 12);
    });
  });

  test('lists the relations that are strongest in the naive matrix', () => {
    const ids = idsOf(whole);
    for (const i of [0, 17, ids.length - 1]) {
      const expected = naiveRow(engine, ids, i).slice(0, -1);
      const { targets, weights } = rowOf(whole, i);
      const strongest = naiveTopK(expected, MAP.neighbours);
      weights.forEach((weight, k) => {
        expect(weight).toBeCloseTo(expected[strongest[k]!]!, 6);
        expect(expected[targets[k]!]).toBeCloseTo(expected[strongest[k]!]!, 6);
      });
    }
  });

  test('puts every document into one neighbourhood, whose weights are the average of its rows', () => {
    const members = whole.neighbourhoods.flatMap((one) => one.members);
    expect(members.toSorted((a, b) => a - b)).toEqual(whole.documents.map((_, i) => i));
    for (const { members: own, weights, nothing, remainder } of whole.neighbourhoods) {
      expect(sum(weights) + nothing + remainder).toBeCloseTo(1, 9);
      whole.neighbourhoods.forEach((other, g) => {
        const to = new Set(other.members);
        const given = own.map((i) => {
          const row = rowOf(whole, i);
          return sum(row.weights.filter((_, k) => to.has(row.targets[k]!)));
        });
        expect(weights[g]).toBeCloseTo(sum(given) / own.length, 9);
      });
    }
    const sizes = whole.neighbourhoods.map((one) => one.members.length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  test('has each neighbourhood give itself more than any other', () => {
    whole.neighbourhoods.forEach(({ weights }, g) => {
      expect(Math.max(...weights)).toBe(weights[g]);
    });
  });

  test('is the same when it is drawn again', async () => {
    const other = Engine.open();
    await other.sync([packageFile('data/demo')]);
    const again = await libraryMap(other);
    expect(again.neighbourhoods).toEqual(whole.neighbourhoods);
    other.close();
  });
});

describe('within a neighbourhood', () => {
  test('the map has its documents only, with a softmax among them', async () => {
    const { members } = whole.neighbourhoods[0]!;
    const centre = whole.documents[members[0]!]!.id;
    const map = await libraryMap(engine, { within: [centre] });
    expect(idsOf(map)).toEqual(members.map((i) => whole.documents[i]!.id).sort((a, b) => a - b));
    expect(map.bias).toBeCloseTo(engine.calibration.first.bias - Math.log(members.length - 1), 12);
    const last = map.documents[map.neighbourhoods[0]!.members[0]!]!.id;
    const deeper = await libraryMap(engine, { within: [centre, last] });
    expect(deeper.documents.length).toBe(map.neighbourhoods[0]!.members.length);
  });

  test('a document that is not on the map is NOT_FOUND', async () => {
    await expect(libraryMap(engine, { within: [987654] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('one that cannot be divided shows its central documents and gives the number of all', async () => {
    const alike = Engine.open();
    const documents = Array.from({ length: MAP.full + 15 }, (_, i) =>
      textDocument('The same', 'Always the same words.', String(i)),
    );
    await alike.index(documents);
    let map = await libraryMap(alike);
    const path: number[] = [];
    for (let depth = 0; depth < 3 && map.documents.length > MAP.full; depth++) {
      path.push(map.documents[map.neighbourhoods[0]!.members[0]!]!.id);
      map = await libraryMap(alike, { within: path });
    }
    expect(map.documents.length).toBeLessThanOrEqual(MAP.full);
    expect(map.of).toBeGreaterThanOrEqual(map.documents.length);
    alike.close();
  });
});

test('a map is cached until the index changes', async () => {
  const own = Engine.open();
  await own.index(NOTES);
  const first = await libraryMap(own);
  expect(await libraryMap(own)).toBe(first);
  // Without a query, the search options do not matter.
  expect(await libraryMap(own, { search: { temperature: 3, hops: 1 } })).toBe(first);
  await own.index([textDocument('Another', 'A ninth note.')]);
  const second = await libraryMap(own);
  expect(second.documents).toHaveLength(first.documents.length + 1);
  own.close();
});

test('a map is of one state of the index, even if that changes while it is drawn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-map-'));
  const path = join(folder, 'index.db');
  const [own, other] = [Engine.open({ path }), Engine.open({ path })];
  await own.index(NOTES);
  const { named } = own.store;
  let reads = 0;
  vi.spyOn(own.store, 'named').mockImplementation((id) => {
    if (++reads === 3) {
      const change = "UPDATE documents SET title = 'New ' || title";
      other.store.transaction(() => other.store.sql(change).run());
      for (const end = performance.now() + 30; performance.now() < end; ); // longer than a slice
    }
    return named.call(own.store, id);
  });
  const { documents } = await libraryMap(own);
  expect(new Set(documents.map(({ title }) => title.startsWith('New ')))).toEqual(new Set([true]));
  own.close();
  other.close();
  rmSync(folder, { recursive: true });
});

test('asking again for a map that failed gives the error again', async () => {
  const ask = () => libraryMap(engine, { search: { temperature: -1 }, query: 'softmax' });
  await expect(ask()).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
  await expect(ask()).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
});

test('a map that failed is not cached: asking again draws it', async () => {
  vi.spyOn(engine, 'attend').mockImplementationOnce(() => {
    throw new Error('just once');
  });
  const ask = () => libraryMap(engine, { query: 'gradient', search: { limit: 5 } });
  await expect(ask()).rejects.toThrow('just once');
  expect((await ask()).documents).toHaveLength(5);
});

test('documents without an embedding all get the same logit', async () => {
  const { ids, titleKeys } = engine.arrays();
  const none: DocumentKeys = {
    ids: ids.slice(0, 4),
    titleKeys: { ...titleKeys, rows: 0 },
    passageKeys: { ...titleKeys, rows: 0 },
    passageOffsets: new Int32Array(5),
  };
  const query = keyQuery(engine, engine.arrays(), -1);
  const record = keyAttention(engine.calibration.first, none, query, 1);
  expect(new Set(record.logits).size).toBe(2);
  expect(record.logits[1]).toBe(Number.NEGATIVE_INFINITY);
});
