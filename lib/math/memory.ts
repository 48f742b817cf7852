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

/** Types of numbers, by their names. */
export const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Arrays that lie side by side: of each what its numbers are, and how many there are where there is so much of everything. */
export type Sections<Sizes> = Readonly<
  Record<string, readonly [type: keyof typeof TYPES, length: (sizes: Sizes) => number]>
>;
export type ViewsOf<S extends Sections<never>> = {
  readonly [Name in keyof S]: InstanceType<(typeof TYPES)[S[Name][0]]>;
};

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
    const pages = typeof wanted === 'number' ? Math.max(1, Math.ceil(wanted / PAGE)) : 0;
    const module = useKernel && pages <= MOST_PAGES ? kernelModule() : null;
    if (!module || wanted instanceof SharedArrayBuffer) {
      const given = typeof wanted === 'number' ? new SharedArrayBuffer(pages * PAGE) : wanted;
      this.buffer = given instanceof SharedArrayBuffer ? given : given.buffer;
      this.shared = this.kernel = null;
    } else {
      const shape = { initial: pages, maximum: pages, shared: true } as const;
      const memory = wanted instanceof WebAssembly.Memory ? wanted : new WebAssembly.Memory(shape);
      this.buffer = memory.buffer;
      this.shared = { module, memory };
      this.kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
    }
    this.weight = new ArrayBuffer(this.buffer.byteLength);
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
