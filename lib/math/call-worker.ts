import { workerData } from 'node:worker_threads';
import { serveCalls } from './calls.ts';
import { startKernel } from './memory.ts';

const { module, memory, control } = workerData as {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
};
serveCalls(startKernel(module, memory), control);
