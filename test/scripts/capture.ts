import type { Io } from '../../scripts/lib/cli.ts';

/** Streams that record what is written, as a terminal or (by default) as pipes. */
export function capture(isTTY = false): { io: Io; out: () => string; err: () => string } {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    isTTY,
    columns: 80,
    write: (text: string) => {
      written[name] += text;
    },
  });
  return {
    io: { stdout: stream('out'), stderr: stream('err') },
    out: () => written.out,
    err: () => written.err,
  };
}
