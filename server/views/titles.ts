/** A letter, a digit, a sign: anything but spaces, controls and what is drawn as nothing. */
const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** What a document is called on a page: its title, or its file where the title cannot be seen. */
export function titleOf({ title, uri }: { readonly title: string; readonly uri: string }): string {
  return VISIBLE.test(title) ? title : uri;
}
