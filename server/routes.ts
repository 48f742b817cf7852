import type { Router } from 'express';

/** A route's pattern, with the paths that it stands for. */
interface Route {
  readonly pattern: string;
  readonly paths: RegExp;
}

/**
 * Names the route of a path by its pattern, such as /api/documents/:id, or 'none'. Never the path itself:
 * queries and names are private, and a label of a metric must have few values.
 *
 * Asked of the path and not of the request, because many requests never come to their route: a remembered
 * answer, a 304, one refused on the way.
 *
 * @param patterns  of routes in no router
 * @param routers  by the path that they are mounted at, '' for the top
 */
export function routeNames(
  patterns: readonly string[],
  routers: Readonly<Record<string, Router>>,
): (path: string) => string {
  const mounted = Object.entries(routers).flatMap(([base, { stack }]) =>
    stack.flatMap(({ route }) => [route?.path ?? []].flat().map((path) => `${base}${path}`)),
  );
  const routes = [...patterns, ...mounted].map(routeOf);
  return (path) => routes.find(({ paths }) => paths.test(path))?.pattern ?? 'none';
}

/** As Express matches: capitals and a slash at the end make no difference. */
function routeOf(path: string): Route {
  const pattern = path === '/' ? path : path.replace(/\/$/, '');
  const parts = pattern.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escaped(part)));
  return { pattern, paths: new RegExp(`^${parts.join('/')}${pattern === '/' ? '' : '/?'}$`, 'i') };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
