import type { Engine } from '../../lib/engine.ts';
import { type LibraryMap, MAP } from '../../lib/explain/library-map.ts';
import type { Named } from '../../lib/store/store.ts';
import { runInSlices } from '../../lib/turns.ts';
import type { Translate } from '../i18n.ts';
import { fieldsOf, type PageState, urlOf } from '../urls.ts';
import { filtersView } from './filters.ts';
import { clip, denseCell, type Heat, type HeatCell } from './heat.ts';
import { colourOf, drawPicture, type Item, strongestTies, weightMatrix } from './neighbourhood-picture.ts';
import { grouped, percent } from './numbers.ts';
import { titleOf } from './titles.ts';

/** Documents listed per neighbourhood when the map is too large to list all of them. */
const NAMED = 5;
/** Characters of a name in the matrix. */
const NAME_LENGTH = 32;
/** Characters of the path shown below a name in the picture. */
const PATH_LENGTH = 28;

export const LIBRARY_MAP = '/documents/map';

/** View model of the library map: a picture of neighbourhoods, and the same as a list and as a matrix. */
export async function libraryMapPage(
  engine: Engine,
  state: PageState,
  within: readonly number[],
  map: LibraryMap,
  t: Translate,
) {
  const isFull = map.documents.length <= MAP.full;
  const order = map.neighbourhoods.flatMap(({ members }) => members);
  const weights = isFull ? weightMatrix(map, order) : map.neighbourhoods.map((one) => one.weights);
  const drawing: Drawing = { state, within, map, order, weights, pathFor: pathsOf(map.documents), t };
  const items = isFull ? documentItems(drawing) : neighbourhoodItems(drawing);
  return {
    q: state.q,
    isFull,
    summary: t(isFull ? 'library.map.full' : 'library.map.many', {
      count: grouped(map.documents.length),
      groups: map.neighbourhoods.length,
    }),
    notice: map.of > map.documents.length ? t('library.map.some', { of: grouped(map.of) }) : null,
    path: pathOf(engine, state, within, t),
    results: state.q.trim() === '' ? null : urlOf('/', state),
    keep: fieldsOf({ ...state, q: '', filter: {} }),
    ...filtersView(engine, state, t),
    filtered: Object.keys(state.filter).length > 0,
    picture:
      items.length === 0
        ? null
        : await runInSlices(drawPicture(items, strongestTies(weights, isFull ? 3 : 2, isFull ? 0.02 : 0))),
    groups: map.neighbourhoods.map(({ members }, g) => groupOf(drawing, members, g, isFull)),
    heat: items.length < 2 ? null : isFull ? documentHeat(drawing) : neighbourhoodHeat(drawing),
  };
}

interface Drawing {
  readonly state: PageState;
  readonly within: readonly number[];
  readonly map: LibraryMap;
  /** Document indices, neighbourhood by neighbourhood. */
  readonly order: readonly number[];
  /** Weight matrix: of documents in that order on a full map, else of neighbourhoods. */
  readonly weights: readonly (readonly number[])[];
  /** A document's path if another document on the map has the same title; else ''. */
  pathFor(document: Named): string;
  readonly t: Translate;
}

/** Documents of the same title are told apart by their paths. */
function pathsOf(documents: readonly Named[]): Drawing['pathFor'] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of documents.map(titleOf)) (seen.has(name) ? shared : seen).add(name);
  return (document) => (shared.has(titleOf(document)) ? document.uri : '');
}

/** A document's title, with its path where the title is not unique. */
function nameOf({ pathFor }: Drawing, document: Named): string {
  const path = pathFor(document);
  return path === '' ? titleOf(document) : `${titleOf(document)} (${path})`;
}

/**
 * A name short enough for the matrix. Where it does not fit, the end of the path tells more than the
 * start of the title.
 */
function labelOf(drawing: Drawing, document: Named): string {
  const [name, path] = [nameOf(drawing, document), drawing.pathFor(document)];
  return path !== '' && name.length > NAME_LENGTH ? endOf(path) : name;
}

/** Cuts a path at the front, since paths differ at the end. */
function endOf(path: string): string {
  const letters = [...path];
  return letters.length > PATH_LENGTH ? `…${letters.slice(1 - PATH_LENGTH).join('')}` : path;
}

/** Breadcrumbs: the whole map, then the neighbourhoods entered. */
function pathOf(engine: Engine, state: PageState, within: readonly number[], t: Translate) {
  if (within.length === 0) return [];
  const steps = within.map((id, i) => ({
    label: titleOf(engine.document(id)),
    href: insideUrl(state, within.slice(0, i + 1)),
    current: i === within.length - 1,
  }));
  return [{ label: t('library.map.whole'), href: insideUrl(state, []), current: false }, ...steps];
}

/** URL of the map within the neighbourhoods whose central documents are given. */
function insideUrl(state: PageState, within: readonly number[]): string {
  return urlOf(LIBRARY_MAP, state, { in: within.join(',') || undefined });
}

function documentUrl(state: PageState, { id }: Named): string {
  return urlOf(`/documents/${id}`, { ...state, filter: {} });
}

function documentAt({ documents }: LibraryMap, index: number): Named {
  return documents[index] ?? { id: -1, title: '', uri: '' };
}

/** Says how many documents surround the central one, since its title names a place and not a topic. */
function aroundIt(members: readonly number[], t: Translate): string {
  return members.length > 1
    ? t('library.map.around', { count: grouped(members.length - 1) })
    : t('library.count', { count: 1 });
}

/** The central document of a neighbourhood, after which it is named. */
function centreOf(map: LibraryMap, members: readonly number[]): Named {
  return documentAt(map, members[0] ?? -1);
}

/** URL of what is inside a neighbourhood: of its document where it has only one. */
function groupUrl({ state, within, map }: Drawing, members: readonly number[]): string {
  const centre = centreOf(map, members);
  return members.length > 1 ? insideUrl(state, [...within, centre.id]) : documentUrl(state, centre);
}

function documentItems(drawing: Drawing): Item[] {
  const { state, map, order, weights, t } = drawing;
  const groups = map.neighbourhoods.flatMap(({ members }, g) => members.map(() => g));
  const received = order.map((_, j) => weights.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  const most = Math.max(...received, Number.MIN_VALUE);
  return order.map((index, i) => {
    const document = documentAt(map, index);
    const share = percent((received[i] ?? 0) / Math.max(1, order.length - 1));
    return {
      group: groups[i] ?? 0,
      name: titleOf(document),
      count: endOf(drawing.pathFor(document)),
      size: 1,
      attention: (received[i] ?? 0) / most,
      href: documentUrl(state, document),
      title: t('library.map.document', { title: nameOf(drawing, document), percent: share }),
    };
  });
}

function neighbourhoodItems(drawing: Drawing): Item[] {
  const { map, t } = drawing;
  return map.neighbourhoods.map(({ members }, g) => {
    const centre = centreOf(map, members);
    const count = t('library.count', { count: grouped(members.length) });
    return {
      group: g,
      name: titleOf(centre),
      count: [endOf(drawing.pathFor(centre)), aroundIt(members, t)].filter(Boolean).join(' · '),
      size: members.length,
      attention: 1,
      href: groupUrl(drawing, members),
      title: `${members
        .slice(0, NAMED)
        .map((i) => nameOf(drawing, documentAt(map, i)))
        .join(' · ')} (${count})`,
    };
  });
}

/** A neighbourhood as an entry of the list. */
function groupOf(drawing: Drawing, members: readonly number[], g: number, isFull: boolean) {
  const { state, map, t } = drawing;
  const centre = centreOf(map, members);
  // The heading already names the central document.
  const named = isFull ? members : members.slice(1, NAMED);
  return {
    colour: colourOf(g),
    name: titleOf(centre),
    path: drawing.pathFor(centre),
    count: aroundIt(members, t),
    href: isFull ? null : groupUrl(drawing, members),
    documents: named.map((i) => {
      const document = documentAt(map, i);
      return {
        title: titleOf(document),
        path: drawing.pathFor(document),
        href: documentUrl(state, document),
      };
    }),
    more: !isFull && members.length > NAMED ? t('list.more', { count: members.length - NAMED }) : null,
  };
}

function documentHeat(drawing: Drawing): Heat {
  const { state, map, order, weights, t } = drawing;
  const documents = order.map((index) => documentAt(map, index));
  const names = documents.map((document) => nameOf(drawing, document));
  const labels = documents.map((document) => ({
    label: labelOf(drawing, document),
    href: documentUrl(state, document),
  }));
  const nothing = t('attention.nothing');
  return {
    label: t('library.map.matrix'),
    caption: t('library.map.matrix.caption'),
    corner: t('library.map.corner'),
    kind: 'dense',
    columns: [...labels, { label: nothing, href: null }],
    rows: labels.map((row, r) => ({
      ...row,
      cells: [
        ...names.map((name, c) =>
          r === c ? maskedCell(name, t) : denseCell(weights[r]?.[c] ?? 0, names[r] ?? '', name),
        ),
        denseCell(map.relations.nothing[order[r] ?? -1] ?? 0, names[r] ?? '', nothing),
      ],
    })),
  };
}

/**
 * Heat map of neighbourhoods × neighbourhoods: the attention that a document of the row's gives to all
 * documents of the column's, on average.
 */
function neighbourhoodHeat(drawing: Drawing): Heat {
  const { state, within, map, t } = drawing;
  const names = map.neighbourhoods.map(({ members }) =>
    clip(labelOf(drawing, centreOf(map, members)), NAME_LENGTH),
  );
  const labels = map.neighbourhoods.map(({ members }, g) => ({
    label: names[g] ?? '',
    href: insideUrl(state, [...within, centreOf(map, members).id]),
  }));
  const rest = [t('library.map.weaker'), t('attention.nothing')];
  return {
    label: t('library.map.matrix'),
    caption: t('library.map.blocks.caption', { k: MAP.neighbours }),
    corner: t('library.map.neighbourhood'),
    kind: 'dense',
    columns: [...labels, ...rest.map((label) => ({ label, href: null }))],
    rows: map.neighbourhoods.map(({ weights, remainder, nothing }, r) => ({
      label: labels[r]?.label ?? '',
      href: labels[r]?.href ?? null,
      cells: [...weights, remainder, nothing].map((weight, c) =>
        denseCell(weight, names[r] ?? '', names[c] ?? rest[c - names.length] ?? ''),
      ),
    })),
  };
}

function maskedCell(name: string, t: Translate): HeatCell {
  return { value: 0, level: 0, text: '·', spoken: '0%', title: t('library.map.masked', { title: name }) };
}
