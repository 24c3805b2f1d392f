import * as vscode from 'vscode';
import type { CommandId } from '../contributions.js';
import { showError } from '../messages.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, isMenuOfWebview } from './commandArguments.js';
import { catalogCommands } from './catalogs.js';
import { catalogSafetyCommands } from './catalogSafety.js';
import { eraseCheckCommands } from './eraseCheck.js';
import { explorerCommands } from './explorer.js';
import { galleryCommands } from './gallery.js';
import { imageCommands } from './images.js';
import { importCommands } from './imports.js';
import { jobSafetyCommands } from './jobSafety.js';
import { pictureCommands } from './pictures.js';
import { sourceCommands } from './sources.js';

/** Registers every command; one that is declared and not implemented does not compile. */
export function registerCommands(services: Services): vscode.Disposable {
  const handlers: Record<CommandId, Handler> = {
    ...catalogCommands(services),
    ...sourceCommands(services),
    ...importCommands(services),
    ...jobSafetyCommands(services),
    ...eraseCheckCommands(services),
    ...catalogSafetyCommands(services),
    ...galleryCommands(services),
    ...imageCommands(services),
    ...pictureCommands(services),
    ...explorerCommands(services),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) =>
      vscode.commands.registerCommand(id, (...args: readonly unknown[]) =>
        runHandler(handler, args, services.log),
      ),
    ),
  );
}

async function runHandler(
  handler: Handler,
  args: readonly unknown[],
  log: vscode.LogOutputChannel,
): Promise<unknown> {
  try {
    return await handler(...args);
  } catch (error) {
    // A program that passed arguments gets the error; a person sees it, once.
    if (argumentsOf(args[0]) && !isMenuOfWebview(args[0])) throw error;
    showError(error, log);
    return undefined;
  }
}
