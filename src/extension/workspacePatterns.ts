import path from 'node:path';

/**
 * Patterns that are relative to the workspace folder, as the editor's `files.exclude` has them, made relative
 * to a source. Those that can match nothing in the source are left out.
 * @param workspaceFolder absolute path
 * @param sourcePath absolute path
 */
export function patternsForSource(
  patterns: readonly string[],
  workspaceFolder: string,
  sourcePath: string,
): string[] {
  const way = path.relative(workspaceFolder, sourcePath).split(path.sep).join('/');
  const outside = way === '..' || way.startsWith('../') || path.isAbsolute(way);
  return patterns.flatMap((pattern) => {
    if (pattern.startsWith('**/') || way === '') return [pattern];
    if (outside || !pattern.startsWith(`${way}/`)) return [];
    return [pattern.slice(way.length + 1)];
  });
}
