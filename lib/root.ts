import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file of this package, whether the code runs from lib/ or from dist/lib/. */
export function packageFile(path: string): string {
  const beside = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The index used where none is named. */
export function defaultIndex(): string {
  return packageFile('data/index.db');
}
