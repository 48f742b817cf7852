import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { SearchError } from '../../lib/errors.ts';
import { terminalLine } from '../../lib/ingest/plain-text.ts';
import { returnToCaller } from '../../lib/root.ts';

/** A stream that a command writes to: process.stdout or process.stderr, or a test's own. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Io {
  /** Results only. */
  readonly stdout: Output;
  /** Progress, warnings and errors. */
  readonly stderr: Output;
}

/** 0: success; 1: failure; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A wrong command line. The message says in one line what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A failure that the user can fix; printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
/** The parsed values of the options. */
export type Values<O extends Options> = Parsed<O>['values'];
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

export interface Command<O extends Options> {
  /** As in `npm run <name>`. */
  readonly name: string;
  /** Printed by --help. */
  readonly usage: string;
  /** Without --help, which every command has. */
  readonly options: O;
  run(values: Values<O>, positionals: string[], io: Io): Promise<ExitCode>;
}

/**
 * Parses the command line and runs the command. Never rejects: errors become messages on stderr and exit
 * codes.
 */
export async function runCommand<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  try {
    // Checked first, so that --help works with an otherwise wrong command line.
    if (argv.includes('--help') || argv.includes('-h')) {
      io.stdout.write(`${command.usage.trim()}\n`);
      return 0;
    }
    const { values, positionals } = parse(command, argv);
    return await command.run(values, positionals, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${command.name}: ${terminalLine(error.message)} Use --help to see how.\n`);
      return 2;
    }
    const expected = error instanceof SearchError || error instanceof CommandError;
    const text =
      error instanceof Error
        ? expected
          ? terminalLine(error.message)
          : (error.stack ?? error.message)
        : error;
    io.stderr.write(`${command.name}: ${String(text)}\n`);
    return 1;
  }
}

/** Wraps a command as the `main` function that a script exports. */
export function asMain<O extends Options>(command: Command<O>) {
  return (argv: readonly string[], io: Io) => runCommand(command, argv, io);
}

function parse<O extends Options>({ options }: Command<O>, argv: readonly string[]): Parsed<O> {
  try {
    return parseArgs({
      args: withNegatives(argv, options),
      options,
      allowPositionals: true,
      strict: true,
    }) as Parsed<O>;
  } catch (error) {
    const [, bare] =
      /^Option '(--[\w-]+).*' argument is ambiguous/.exec(String((error as Error).message)) ?? [];
    if (bare !== undefined) throw new UsageError(`Expected a value after ${bare}.`);
    // Node's message continues with advice on positionals; the first sentence says what is wrong.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.split(/\. |\n/)[0]?.replace(/\.$/, '')}.`);
  }
}

/** Joins a negative number to its option: parseArgs calls it ambiguous, and the command knows the range. */
function withNegatives(argv: readonly string[], options: Options): string[] {
  const args: string[] = [];
  for (const arg of argv) {
    const before = args.at(-1) ?? '';
    const isValue = options[before.replace(/^--/, '')]?.type === 'string' && before.startsWith('--');
    if (isValue && /^-[\d.]/.test(arg) && !args.includes('--')) args.splice(-1, 1, `${before}=${arg}`);
    else args.push(arg);
  }
  return args;
}

/**
 * Parses an option as an integer in [least, most]; `fallback` when absent.
 *
 * @throws {UsageError}
 */
export function wholeNumber(
  value: string | undefined,
  option: string,
  { least, most = Number.MAX_SAFE_INTEGER, fallback }: { least: number; most?: number; fallback: number },
): number {
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`Expected ${option} to be a whole number ${range}, got "${value}".`);
}

/**
 * Parses a comma-separated option whose names must all be in `known`; all of `known` when absent.
 *
 * @throws {UsageError}
 */
export function namesAmong(value: string | undefined, option: string, known: readonly string[]): string[] {
  if (value === undefined) return [...known];
  const names = [...new Set(value.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`Expected ${option} to name some of ${known.join(', ')}; got "${unknown}".`);
}

/** Prints one JSON document to stdout. */
export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Runs `main` when the module is the script that node was started with, and sets the exit code. */
export async function runAsEntry(
  moduleUrl: string,
  main: (argv: string[], io: Io) => Promise<ExitCode>,
): Promise<void> {
  const started = process.argv[1];
  if (started === undefined || realpathSync(started) !== realpathSync(fileURLToPath(moduleUrl))) return;
  returnToCaller();
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0); // a closed pipe (`… | head`) is not an error
    const why = code === 'ENOSPC' ? 'the disk is full' : `the system answered ${code}`;
    process.stderr.write(`${basename(started, '.js')}: The output cannot be written: ${why}.\n`);
    process.exit(1);
  });
  process.exitCode = await main(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr });
}
