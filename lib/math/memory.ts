import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../root.ts';

/** What kernel/*.as.ts export; all addresses are bytes from the start of the memory. */
export interface Kernel {
  dotRows(query: number, keys: number, rows: number, stride: number, out: number): void;
  readAhead(bytes: number, end: number): number;
  squareRows(keys: number, rows: number, stride: number, out: number): void;
  sumBytes(bytes: number, length: number): number;
  /** Writes down the constants of the softmax. */
  prepare(constants: number): void;
  /** Does blocks of work until none is left, see `Crew`. */
  work(at: number, control: number): void;
  /** @param addresses of query, keys, norms, offsets, documents, weights, room and output */
  blend(stride: number, count: number, ...addresses: readonly number[]): void;
  project(basis: number, dimension: number, rows: number, count: number, vector: number, out: number): void;
}

/** A WebAssembly.Memory and a module, said without their names, which the types of a program for Node alone do not have. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}
type Module = object;

const PAGE = 65536;
/** Bytes; a vector of the kernel. */
export const PART = 16;
const MOST_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

/**
 * Memory that the kernel and all threads read where it lies. Where more than its 4 GiB are wanted
 * there is no kernel, and a look has the same numbers from plain TypeScript.
 */
export class KernelMemory {
  readonly buffer: SharedArrayBuffer;
  readonly kernel: Kernel | null;
  /** What another thread needs to run the kernel on this memory. */
  readonly shared: { readonly module: Module; readonly memory: SharedMemory } | null;
  /**
   * As large, never touched, so it takes no memory: V8 does not count shared memory when it decides whether to
   * collect garbage, and what was a library before each of twenty changes stayed; it counts this.
   */
  readonly weight: ArrayBuffer;
  #taken = 0;

  /** @param wanted so many bytes, all zeros; or what another thread has in `shared.memory`, or in `buffer` */
  constructor(wanted: number | SharedMemory | SharedArrayBuffer, useKernel = true) {
    if (wanted instanceof SharedArrayBuffer) {
      this.buffer = wanted;
      this.weight = new ArrayBuffer(wanted.byteLength);
      this.shared = this.kernel = null;
      return;
    }
    const pages = typeof wanted === 'number' ? Math.max(1, Math.ceil(wanted / PAGE)) : 0;
    const module = useKernel && pages <= MOST_PAGES ? kernelModule() : null;
    if (!module) {
      this.buffer = typeof wanted === 'number' ? new SharedArrayBuffer(pages * PAGE) : wanted.buffer;
      this.weight = new ArrayBuffer(this.buffer.byteLength);
      this.shared = this.kernel = null;
      return;
    }
    const memory =
      typeof wanted === 'number'
        ? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
        : wanted;
    this.buffer = memory.buffer;
    this.weight = new ArrayBuffer(this.buffer.byteLength);
    this.shared = { module, memory };
    this.kernel = new WebAssembly.Instance(module, { env: { memory: memory as WebAssembly.Memory } })
      .exports as unknown as Kernel;
  }

  /** The next numbers that nobody has; each part begins at a multiple of `PART`, so it may take as many bytes more. */
  take<T extends { readonly byteLength: number }>(View: ViewOf<T>, length: number): T {
    const view = new View(this.buffer, this.#taken, length);
    this.#taken += Math.ceil(view.byteLength / PART) * PART;
    return view;
  }
}

type ViewOf<T> = new (buffer: SharedArrayBuffer, start: number, length: number) => T;

let compiled: Module | null | undefined;

/** The kernel, compiled at first use; null where it was not built. */
function kernelModule(): Module | null {
  if (compiled === undefined) {
    const path = packageFile('dist/kernel.wasm');
    compiled = existsSync(path) ? new WebAssembly.Module(readFileSync(path)) : null;
  }
  return compiled ?? null;
}
