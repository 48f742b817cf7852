import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../root.ts';

/** What kernel/*.as.ts export; all addresses are bytes from the start of the memory. */
export interface Kernel {
  dotRows(query: number, keys: number, rows: number, stride: number, out: number): void;
  squareRows(keys: number, rows: number, stride: number, out: number): void;
  /** Looks at blocks of documents until none is left; `serve` does so again and again. */
  work(look: number, control: number): void;
  serve(look: number, control: number): void;
}

const PAGE = 65536;
const MOST_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

/**
 * Memory that the kernel and all threads read where it lies. Where WebAssembly is missing or
 * more than its 4 GiB are wanted there is no kernel, and the same numbers come from plain
 * TypeScript.
 */
export class KernelMemory {
  readonly buffer: SharedArrayBuffer;
  readonly kernel: Kernel | null;
  /** What another thread needs to run the kernel on this memory. */
  readonly shared: { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory } | null;

  /** @param bytes how much is wanted; all zeros */
  constructor(bytes: number, useKernel = true) {
    const pages = Math.max(1, Math.ceil(bytes / PAGE));
    const module = useKernel && pages <= MOST_PAGES ? kernelModule() : null;
    const memory = module ? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }) : null;
    this.buffer = memory?.buffer ?? new SharedArrayBuffer(pages * PAGE);
    this.shared = module && memory ? { module, memory } : null;
    this.kernel =
      module && memory
        ? (new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel)
        : null;
  }
}

let compiled: WebAssembly.Module | null | undefined;

/** The kernel, compiled at first use; null where it was not built. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const path = packageFile('dist/kernel.wasm');
    compiled = existsSync(path) ? new WebAssembly.Module(readFileSync(path)) : null;
  }
  return compiled ?? null;
}
