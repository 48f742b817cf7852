/** Lower case in every script, NFC-normalised, so that é is one letter whether it was typed composed or not. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** The same with NFKC, which also unifies full-width and other compatibility forms. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}
