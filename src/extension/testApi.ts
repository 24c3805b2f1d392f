import type * as vscode from 'vscode';
import type { ContextKeys } from './contextKeys.js';
import type { FileMarks } from './fileMarks.js';
import type { EngineHost } from './engine/engineHost.js';
import type { OpenGalleryMenu } from '../views/panels/galleryPanel.js';
import type { Trees } from '../views/trees/trees.js';

/** What `activate` returns: for the tests that run inside VS Code, and no promise to other extensions. */
export interface TestApi {
  /** The engine of a workspace folder, not started by this. */
  readonly engineFor: (folder: vscode.Uri) => EngineHost | undefined;
  readonly trees: Trees;
  readonly keys: ContextKeys;
  /** One more check in the background, which begins soon. */
  readonly startBackgroundCheck: (delays: {
    readonly firstMs: number;
    readonly intervalMs: number;
  }) => vscode.Disposable;
  /** Tells once more what was cut off, as a window does at its start. */
  readonly tellInterrupted: () => vscode.Disposable;
  /** What decorates files in the Explorer. */
  readonly fileMarks: Pick<FileMarks, 'provideFileDecoration' | 'onDidChangeFileDecorations'>;
  /** The menus of the galleries that are open. */
  readonly galleryMenus: () => readonly OpenGalleryMenu[];
}
