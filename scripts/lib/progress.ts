import { terminalLine } from '../../lib/ingest/plain-text.ts';
import type { Output } from './cli.ts';

/** Milliseconds between two updates of the line. */
const INTERVAL = 100;
const BAR = 24;

/**
 * A progress line with rate and remaining time on a terminal's stderr. Silent elsewhere, so that logs and
 * pipes stay clean.
 */
export class Progress {
  readonly #output: Output;
  readonly #now: () => number;
  #phase = '';
  #startedAt = 0;
  #startedWith = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  /** Shows `done` of `total` items in a phase (null: total unknown). The rate is measured per phase. */
  update({ phase, done, total }: { phase: string; done: number; total: number | null }): void {
    if (!this.#output.isTTY) return;
    const now = this.#now();
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#startedAt = now;
      this.#startedWith = done;
      this.#drawnAt = Number.NEGATIVE_INFINITY;
    }
    if (now - this.#drawnAt < INTERVAL && done !== total) return;
    this.#drawnAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = seconds > 0 ? (done - this.#startedWith) / seconds : 0;
    const line = progressLine({ phase, done, total, rate });
    this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
  }

  /** Clears the line. */
  finish(): void {
    if (this.#output.isTTY && this.#phase !== '') this.#output.write('\r\u001b[K');
    this.#phase = '';
  }
}

/** Formats a progress line; `rate` is in items per second. */
export function progressLine(state: {
  phase: string;
  done: number;
  total: number | null;
  rate: number;
}): string {
  const { done, total, rate } = state;
  const phase = terminalLine(state.phase);
  const speed = rate > 0 ? `  ${shortNumber(rate)}/s` : '';
  if (total === null) return `${phase}  ${done.toLocaleString('en')}${speed}`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const left = rate > 0 && done < total ? `  ${duration((total - done) / rate)} left` : '';
  return `${phase}  ${bar} ${Math.floor(share * 100)} %  ${done.toLocaleString('en')}/${total.toLocaleString('en')}${speed}${left}`;
}

function shortNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2);
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
