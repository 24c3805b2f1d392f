import type * as vscode from 'vscode';
import type { Trees } from '../views/trees/trees.js';
import type { ContextKeys } from './contextKeys.js';
import type { Engines } from './engine/engines.js';
import type { Overview } from './overview.js';
import type { ReportDocuments } from './reportDocument.js';

/** What commands work with. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engines: Engines;
  readonly keys: ContextKeys;
  readonly overview: Overview;
  readonly trees: Trees;
  readonly documents: ReportDocuments;
}

/** A command's implementation. Menus pass a tree node or resources, programs one plain object, the palette nothing. */
export type Handler = (...args: readonly unknown[]) => Promise<unknown>;
