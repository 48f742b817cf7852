import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../root.ts';

/** The exports of kernel/*.as.ts used from TypeScript. All addresses are byte offsets in the memory. */
export interface Kernel {
  dotRows(query: number, keys: number, rows: number, stride: number, out: number): void;
  readAhead(bytes: number, end: number): number;
  squareRows(keys: number, rows: number, stride: number, out: number): void;
  sumBytes(bytes: number, length: number): number;
  /** Writes the constants that the softmax needs. */
  prepare(constants: number): void;
  /** Runs blocks of work until none is left, see `Crew`. */
  work(at: number, control: number): void;
  /** @param addresses of query, keys, norms, offsets, documents, weights, dots and output */
  blend(stride: number, count: number, ...addresses: readonly number[]): void;
  project(basis: number, dimension: number, rows: number, count: number, vector: number, out: number): void;
}

/**
 * Stand-ins for WebAssembly.Memory and WebAssembly.Module. A program that uses this library may compile with
 * Node's types alone, and those do not declare WebAssembly.
 */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}
type Module = object;

/** Typed arrays by the name of their element type. */
export const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** A layout of arrays that lie side by side in a memory: element type of each, and its length as a function of sizes. */
export type Sections<Sizes> = Readonly<
  Record<string, readonly [type: keyof typeof TYPES, length: (sizes: Sizes) => number]>
>;
/** The typed arrays of a layout. */
export type ViewsOf<S extends Sections<never>> = {
  readonly [Name in keyof S]: InstanceType<(typeof TYPES)[S[Name][0]]>;
};

const PAGE = 65536;
/** Alignment of arrays in bytes: the size of a SIMD vector. */
export const PART = 16;
const MOST_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

/**
 * Memory that the kernel and all threads work on in place. WebAssembly can address 4 GiB: when more is
 * wanted, there is no kernel, and plain TypeScript computes the same scores.
 */
export class KernelMemory {
  readonly buffer: SharedArrayBuffer;
  readonly kernel: Kernel | null;
  /** What another thread needs to run the kernel on this memory; null without a kernel. */
  readonly shared: { readonly module: Module; readonly memory: SharedMemory } | null;
  /**
   * An ArrayBuffer of the same size that is never touched, so it occupies no physical memory. V8 ignores shared
   * memory when it decides whether to collect garbage, but counts this. Without it, after twenty changes of a
   * library all twenty previous states were still in memory.
   */
  readonly weight: ArrayBuffer;
  #taken = 0;

  /** @param wanted number of bytes of new, zeroed memory; or, to attach to that of another thread, its `shared.memory` or `buffer` */
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

  /** Allocates the next `length` elements. Arrays are aligned to `PART` bytes, so each may take up to that much more. */
  take<T extends { readonly byteLength: number }>(View: ViewOf<T>, length: number): T {
    const view = new View(this.buffer, this.#taken, length);
    this.#taken += Math.ceil(view.byteLength / PART) * PART;
    return view;
  }
}

type ViewOf<T> = new (buffer: SharedArrayBuffer, start: number, length: number) => T;

let compiled: Module | null | undefined;

/** The kernel's module, compiled at first use; null when it has not been built. */
function kernelModule(): Module | null {
  if (compiled === undefined) {
    const path = packageFile('dist/kernel.wasm');
    compiled = existsSync(path) ? new WebAssembly.Module(readFileSync(path)) : null;
  }
  return compiled ?? null;
}
