import { existsSync, readFileSync } from 'node:fs';
import { Router } from 'express';
import { packageFile } from '../lib/root.ts';
import { fingerprint } from './security.ts';

/**
 * The static files of the pages, under names that contain a hash of their bytes and can be cached
 * forever.
 */
export interface Assets {
  readonly router: Router;
  readonly urls: { readonly styles: string; readonly script: string; readonly icon: string };
}

const FILES = [
  { key: 'styles', path: 'views/styles.css', name: 'styles', type: 'text/css; charset=utf-8' },
  { key: 'script', path: 'dist/client.js', name: 'client', type: 'text/javascript; charset=utf-8' },
  { key: 'icon', path: 'views/icon.svg', name: 'icon', type: 'image/svg+xml' },
] as const;

/** Reads the assets at start. A missing script is served as an empty file: the pages work without scripts. */
export function loadAssets(): Assets {
  const router = Router();
  const urls: Record<string, string> = {};
  for (const { key, path, name, type } of FILES) {
    const file = packageFile(path);
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const url = `/${name}-${fingerprint(bytes)}${path.slice(path.lastIndexOf('.'))}`;
    router.get(url, (_request, response) => {
      response.set('Cache-Control', 'public, max-age=31536000, immutable').type(type).send(bytes);
    });
    urls[key] = `/assets${url}`;
  }
  return { router, urls: urls as Assets['urls'] };
}
