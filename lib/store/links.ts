import type { Store, StoredDocument } from './store.ts';

export interface Linked {
  readonly id: number;
  readonly title: string;
}

/** Links followed of one document. */
const MOST = 100;

/** A link's target without heading, block or folder: [[folder/Note#heading|shown]] → note. */
function nameOf(link: string): string {
  return (link.split(/[#|^]/)[0] ?? '').trim().replace(/\.md$/i, '').toLowerCase();
}

/** The names a document answers to: its path, its file name, its title, its aliases. */
function namesOf({ uri, title, aliases }: Pick<StoredDocument, 'uri' | 'title' | 'aliases'>): Set<string> {
  const path = uri.replace(/\.[a-z]+$/i, '');
  return new Set(
    [path, path.slice(path.lastIndexOf('/') + 1), title, ...aliases].map((name) => name.toLowerCase()),
  );
}

/**
 * The document a wikilink or relative Markdown link means, as Obsidian resolves it: by path,
 * file name, title or alias, without regard to upper and lower case; the first by id.
 */
export function resolveLink(store: Store, link: string): Linked | null {
  const name = nameOf(link);
  if (name === '' || /^[a-z]+:/.test(name)) return null;
  const last = name.slice(name.lastIndexOf('/') + 1);
  const found = store
    .sql(`
      SELECT id, title FROM documents
      WHERE lower(title) = @last OR lower(uri) IN (@path, @last || '.md')
         OR substr(lower(uri), -length(@ending)) = @ending
         OR (aliases <> '[]' AND EXISTS (SELECT 1 FROM json_each(aliases) WHERE lower(value) = @last))
      ORDER BY substr(lower(uri), -length(@ending)) = @ending DESC, lower(title) = @last DESC, id LIMIT 1`)
    .get({ path: `${name}.md`, last, ending: `/${last}.md` }) as Linked | undefined;
  return found ?? null;
}

/** The indexed documents that a document links to, in the order of its links. */
export function linksFrom(store: Store, document: StoredDocument): Linked[] {
  const found = new Map<number, Linked>();
  for (const link of document.links.slice(0, MOST)) {
    const target = resolveLink(store, link);
    if (target && target.id !== document.id) found.set(target.id, target);
  }
  return [...found.values()];
}

/** The documents that link to a document, by id. */
export function linksTo(store: Store, document: StoredDocument): Linked[] {
  const names = namesOf(document);
  const rows = store
    .sql("SELECT id, title, links FROM documents WHERE links <> '[]' ORDER BY id")
    .iterate() as Iterable<Linked & { links: string }>;
  const found: Linked[] = [];
  for (const { id, title, links } of rows) {
    if (id === document.id || found.length >= MOST) continue;
    if ((JSON.parse(links) as string[]).some((link) => names.has(nameOf(link)))) found.push({ id, title });
  }
  return found;
}
