// Child process that measures one system: receives a Job, sends progress and one Measurement.
import { type Job, type Measurement, measure, type OnProgress } from './bench-measure.ts';
import { answerParent } from './in-child.ts';

process.once('message', (job: Job) =>
  answerParent<Parameters<OnProgress>[0], Measurement>((onProgress) => measure(job, onProgress)),
);
