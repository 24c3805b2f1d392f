import * as vscode from 'vscode';
import {
  defaultThresholds,
  hashMethods,
  keepCriteria,
  maximumThreshold,
  type HashMethod,
  type KeepOrder,
} from '../catalog/model/duplicates.js';
import type { PictureOptions } from '../catalog/model/pictureWork.js';
import { patternsForSource } from './workspacePatterns.js';
import {
  settingDefaults,
  settingSections,
  type SettingKey,
  type Settings,
} from './contributions.js';

/** A setting as it applies to a folder. A value of the wrong type counts as not set. */
export function readSetting<K extends SettingKey>(key: K, scope: vscode.Uri): Settings[K] {
  const fallback = settingDefaults[key];
  const value: unknown = vscode.workspace.getConfiguration(undefined, scope).get(key);
  if (Array.isArray(fallback)) {
    const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return (isList ? value : fallback) as Settings[K];
  }
  const type = fallback === null ? 'number' : typeof fallback;
  return (typeof value === type ? value : fallback) as Settings[K];
}

/** How look-alikes are found in the catalogs of a workspace folder; what every search starts from. */
export function duplicateSettings(scope: vscode.Uri): {
  readonly method: HashMethod;
  readonly threshold: number;
} {
  const named = readSetting('imageCatalog.duplicates.method', scope);
  const method = hashMethods.find((known) => known === named) ?? 'dhash';
  const threshold = readSetting('imageCatalog.duplicates.threshold', scope);
  return {
    method,
    threshold:
      threshold === null
        ? defaultThresholds[method]
        : Math.min(maximumThreshold, Math.max(0, Math.trunc(threshold))),
  };
}

/** By what the picture to keep is suggested. */
export function keepOrder(scope: vscode.Uri): KeepOrder {
  const named = readSetting('imageCatalog.duplicates.keepOrder', scope);
  return { criteria: named.flatMap((name) => keepCriteria.find((known) => known === name) ?? []) };
}

/** Makes a choice the default of the workspace folder's searches for look-alikes. */
export async function writeDuplicateSettings(
  scope: vscode.Uri,
  { method, threshold }: { readonly method: HashMethod; readonly threshold: number },
): Promise<void> {
  const isOnlyFolder = (vscode.workspace.workspaceFolders?.length ?? 0) < 2;
  const target = isOnlyFolder
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.WorkspaceFolder;
  const settings = vscode.workspace.getConfiguration(settingSections.duplicates, scope);
  await settings.update('method', method, target);
  await settings.update('threshold', threshold, target);
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
