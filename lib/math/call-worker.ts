import { workerData } from 'node:worker_threads';
import { serveCalls } from './calls.ts';
import type { Kernel } from './memory.ts';

const { module, memory, control } = workerData as {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
};
serveCalls(new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel, control);
