// The process a system is measured in: gets a Job, sends progress and one Measurement.
import { type Job, type Measurement, measure, type OnProgress } from './bench-measure.ts';

export type ChildMessage =
  | { readonly progress: Parameters<OnProgress>[0] }
  | { readonly measurement: Measurement }
  | { readonly error: string };

function send(message: ChildMessage): void {
  process.send?.(message);
}

process.once('message', async (job: Job) => {
  try {
    send({ measurement: await measure(job, (progress) => send({ progress })) });
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    process.disconnect();
  }
});
