/** A visible character: anything but spaces, controls and invisible characters. */
const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** The name of a document on a page: its title, or its URI where the title has no visible character. */
export function titleOf({ title, uri }: { readonly title: string; readonly uri: string }): string {
  return VISIBLE.test(title) ? title : uri;
}
