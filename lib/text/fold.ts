/** Upper and lower case alike, in every script; composed, so that é is one letter however it was typed. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
