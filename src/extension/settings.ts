import * as vscode from 'vscode';
import type { PictureOptions } from '../catalog/model/pictureWork.js';
import { patternsForSource } from './workspacePatterns.js';
import { settingDefaults, type SettingKey, type Settings } from './contributions.js';

/** A setting as it applies to a folder. A value of the wrong type counts as not set. */
export function readSetting<K extends SettingKey>(key: K, scope: vscode.Uri): Settings[K] {
  const fallback = settingDefaults[key];
  const value: unknown = vscode.workspace.getConfiguration(undefined, scope).get(key);
  if (Array.isArray(fallback)) {
    const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return (isList ? value : fallback) as Settings[K];
  }
  return (typeof value === typeof fallback ? value : fallback) as Settings[K];
}

/** How the pictures of a workspace folder are made. */
export function pictureOptions(scope: vscode.Uri): Required<PictureOptions> {
  const megapixels = readSetting('imageCatalog.pictures.maxMegapixels', scope);
  return {
    background: readSetting('imageCatalog.pictures.background', scope),
    maxMegapixels: Math.min(10_000, Math.max(1, megapixels)),
  };
}

/** The patterns a scan of a source is started with; the settings are those of the workspace folder. */
export function scanPatterns(
  scope: vscode.Uri,
  sourcePath: string,
): {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
} {
  const include = readSetting('imageCatalog.scan.include', scope);
  const exclude = [...readSetting('imageCatalog.scan.exclude', scope)];
  if (readSetting('imageCatalog.scan.respectFilesExclude', scope)) {
    const files = vscode.workspace
      .getConfiguration('files', scope)
      .get<Record<string, unknown>>('exclude', {});
    const patterns = Object.keys(files).filter((pattern) => files[pattern] === true);
    exclude.push(...patternsForSource(patterns, scope.fsPath, sourcePath));
  }
  return { ...(include.length > 0 && { include }), ...(exclude.length > 0 && { exclude }) };
}
