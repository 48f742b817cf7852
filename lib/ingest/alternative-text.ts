/** Words for any picture, and the names that programs give and number: Untitled2, image-20200101. */
const ANY_PICTURE =
  /^(?:picture|photo|screenshot|그림|사진|스크린샷|(?:img|image|이미지|untitled)[ _-]?\(?\d*\)?|\d+(?:\.\d+)*)$/i;
/** The name of a file of a picture. One with spaces may be a sentence, unless a program made it. */
const FILE_NAME =
  /^(?:[^\s/\\]+|(?:pasted image|screen ?shot|스크린샷)[^/\\]*\d)\.(?:png|jpe?g|gif|webp|svg|bmp|avif|heic|tiff?)$/i;

/** The width that Obsidian shows a picture in: `img|300`. */
const WIDTH = /\|\d+(?:x\d+)?$/;

/**
 * What the alternative text of a picture says; '' where it would fit any picture. Such a text would only be found by
 * those who search for that word, and stand as a line of its own among the sentences.
 */
export function pictureText(alternative: string): string {
  const text = alternative.trim().replace(WIDTH, '').trim();
  return ANY_PICTURE.test(text) || FILE_NAME.test(text) ? '' : alternative;
}
