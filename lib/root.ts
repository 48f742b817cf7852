import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file of this package, whether the code runs from lib/ or from dist/lib/. */
export function packageFile(path: string): string {
  const beside = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/**
 * Makes relative paths mean what they mean where the command was typed: npm runs it in this package's folder, from
 * whatever folder it is called (a subfolder, or any with --prefix), and has that one in INIT_CWD. Another package's script
 * that starts this process leaves its own INIT_CWD in the environment: it is not meant.
 */
export function returnToCaller(): void {
  const { INIT_CWD, npm_package_json } = process.env;
  const own = realpathSync(packageFile('package.json'));
  const isOwnScript =
    npm_package_json !== undefined && existsSync(npm_package_json) && realpathSync(npm_package_json) === own;
  if (INIT_CWD && isOwnScript && process.cwd() === dirname(own)) process.chdir(INIT_CWD);
}

/** The index used where none is named. */
export function defaultIndex(): string {
  return packageFile('data/index.db');
}
