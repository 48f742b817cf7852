import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';

/**
 * Random sequences of adding, changing, removing and reopening, against a Map. Titles are
 * unique words, so that "every title is found by its words" has no other answer.
 */
type Step =
  | { readonly kind: 'put'; readonly entries: readonly { readonly uri: string; readonly version: number }[] }
  | { readonly kind: 'remove'; readonly uris: readonly string[] }
  | { readonly kind: 'open' };

const uri = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      entries: fc.array(fc.record({ uri, version: fc.nat({ max: 3 }) }), { maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), uris: fc.array(uri, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'open' as const }) },
);

const titleOf = (name: string, version: number) => `title${name}v${version}`;

function expectSame(engine: Engine, model: ReadonlyMap<string, number>): void {
  const rows = engine.store
    .sql('SELECT uri, title, content FROM documents JOIN contents ON document_id = id ORDER BY uri')
    .all();
  const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(rows).toEqual(
    expected.map(([name, version]) => ({
      uri: name,
      title: titleOf(name, version),
      content: `content of ${name}, version ${version}`,
    })),
  );
  expect(engine.status().documents).toBe(model.size);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    for (let version = 0; version <= 3; version++) {
      const saying = engine
        .search(titleOf(name, version), { limit: 100 })
        .results.filter(({ scores }) => (scores.words ?? 0) > 0)
        .map((result) => result.uri);
      expect(saying).toEqual(model.get(name) === version ? [name] : []);
    }
  }
  // Nothing is left behind of what was removed, and nothing waits for its embedding.
  const orphans = engine.store.sql(`
    SELECT (SELECT count(*) FROM forward WHERE document_id NOT IN (SELECT id FROM documents))
         + (SELECT count(*) FROM embeddings WHERE document_id NOT IN (SELECT id FROM documents))
         + (SELECT count(*) FROM documents WHERE id NOT IN (SELECT document_id FROM embeddings))`);
  expect(orphans.pluck().get()).toBe(0);
}

test('after any sequence of changes the index holds exactly what a Map holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'qkv-model-'));
      const path = join(folder, 'index.db');
      let engine = Engine.open({ path });
      const model = new Map<string, number>();
      try {
        for (const action of steps) {
          if (action.kind === 'put') {
            await engine.index(
              action.entries.map(({ uri: name, version }) =>
                textDocument(titleOf(name, version), `content of ${name}, version ${version}`, name),
              ),
            );
            for (const { uri: name, version } of action.entries) model.set(name, version);
          } else if (action.kind === 'remove') {
            const present = new Set(action.uris.filter((name) => model.has(name)));
            expect(await engine.remove(action.uris)).toBe(present.size);
            for (const name of present) model.delete(name);
          } else {
            engine.close();
            engine = Engine.open({ path, mustExist: true });
          }
          expectSame(engine, model);
        }
      } finally {
        engine.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 15 },
  );
});
