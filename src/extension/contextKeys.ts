import * as vscode from 'vscode';
import type { ContextKey } from './contributions.js';

/** Sets context keys, each only when its value changes: every set runs all `when` clauses again. */
export class ContextKeys {
  private readonly values = new Map<ContextKey, boolean>();

  set(key: ContextKey, value: boolean): void {
    if ((this.values.get(key) ?? false) === value) return;
    this.values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }

  /** The value last set; false if none was. */
  get(key: ContextKey): boolean {
    return this.values.get(key) ?? false;
  }
}
