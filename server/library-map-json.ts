import type { LibraryMap } from '../lib/explain/library-map.ts';

/** The response of GET /api/documents/map: all neighbourhoods, and the rows [offset, offset + rows). */
export function libraryMapJson(map: LibraryMap, offset: number, rows: number) {
  const { documents, of, bias, heads, neighbourhoods } = map;
  const idOf = (index: number) => documents[index]?.id ?? -1;
  return {
    documents: documents.length,
    of,
    attention: { bias, heads },
    neighbourhoods: neighbourhoods.map(({ members, weights, nothing, remainder }) => ({
      title: documents[members[0] ?? -1]?.title ?? '',
      size: members.length,
      weights,
      nothing,
      remainder,
      documents: members.map(idOf),
    })),
    offset,
    rows: documents.slice(offset, offset + rows).map(({ id, title }, i) => ({
      id,
      title,
      nothing: map.relations.nothing[offset + i] ?? 0,
      remainder: map.relations.remainder[offset + i] ?? 0,
      relations: relationsOf(map, offset + i),
    })),
  };
}

/** The relations of the document at position `index`, strongest first. */
function relationsOf({ documents, relations }: LibraryMap, index: number) {
  const { offsets, targets, weights, logits, scores } = relations;
  const from = offsets[index] ?? 0;
  return Array.from({ length: (offsets[index + 1] ?? from) - from }, (_, k) => ({
    id: documents[targets[from + k] ?? -1]?.id ?? -1,
    weight: weights[from + k] ?? 0,
    logit: logits[from + k] ?? 0,
    scores: Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, values[from + k] ?? 0])),
  }));
}
