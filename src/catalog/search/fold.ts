const combiningMarks = /[\u0300-\u036f]/g;
const onlyAscii = /^[\u0000-\u007f]*$/;

/**
 * The form in which texts are compared: without case, without accents (`Müller` is found by `muller`), with `/` for
 * the separators of either platform, on one line.
 */
export function fold(text: string): string {
  const plain = onlyAscii.test(text) ? text : text.normalize('NFD').replace(combiningMarks, '');
  return plain
    .toLowerCase()
    .replace(/\\/g, '/')
    .replace(/[\r\n]/g, ' ');
}

/** A key whose plain order is the natural one: `img_2` before `img_10`. Takes folded text. */
export function naturalKey(folded: string): string {
  // Digits keep their place among the other characters: a run starts with a digit that grows with its length.
  return folded.replace(/\d+/g, (digits) => {
    const significant = digits.replace(/^0+(?=\d)/, '');
    return String.fromCharCode(47 + significant.length) + significant;
  });
}
