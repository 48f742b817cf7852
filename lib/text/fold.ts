/** Upper and lower case alike, in every script; composed, so that é is one letter however it was typed. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** The same for a word: full-width and other forms of a letter are alike too. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}
