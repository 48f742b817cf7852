import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { aloud } from './aloud.ts';
import { hostile } from './hostile.ts';
import { keyboard } from './keyboard.ts';
import { looks } from './looks.ts';
import { maps } from './maps.ts';
import { questions } from './questions.ts';
import { openStage, type Stage } from './stage.ts';
import { visits } from './visits.ts';
import { weightsAndHeads } from './weights.ts';

// One test file, so that all tests share one browser and one server; the tests are in the files beside it.
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.leave();
  expect(stage.problems.splice(0), 'nothing from elsewhere, no console error, no exception').toEqual([]);
});
afterAll(() => stage.close());

keyboard(() => stage);
weightsAndHeads(() => stage);
questions(() => stage);
visits(() => stage);
maps(() => stage);
looks(() => stage);
hostile(() => stage);
aloud(() => stage);
