/** Reports as Markdown, with text from outside in it: names and paths, which may hold anything. */

/** Text of one line in which nothing is markup. */
export function plain(text: string): string {
  return oneLine(text).replace(/[<>`[\]]/g, '\\$&');
}

/** A path to be read and copied as it is, whatever is in it. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  // A backtick at an end would become part of the fence; one space there is not shown.
  const gap = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}

/** What acts upon lines or their direction, replaced. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Lines under a heading; nothing if there are none. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}
