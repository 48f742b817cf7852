import { parentPort } from 'node:worker_threads';
import { Analyst, type Given } from '../store/analysis.ts';
import { Analyzer } from '../text/analyzer.ts';

/** A thread that analyses batches of documents, in the order in which they come. */
const analyst = new Analyst(new Analyzer());

parentPort?.on('message', (documents: readonly Given[]) => {
  parentPort?.postMessage(analyst.analyze(documents));
});
