import * as vscode from 'vscode';
import type { CommandId } from '../contributions.js';
import { showError } from '../messages.js';
import type { Handler, Services } from '../services.js';
import { isFromProgram } from './commandArguments.js';
import { acceptEditedCommands } from './acceptEdited.js';
import { catalogCommands } from './catalogs.js';
import { catalogSafetyCommands } from './catalogSafety.js';
import { checkFilesCommands } from './checkFiles.js';
import { compareCommands } from './compare.js';
import { deleteImageCommands } from './deleteImages.js';
import { convertCommands } from './convert.js';
import { duplicatesCommands } from './duplicates.js';
import { eraseCheckCommands } from './eraseCheck.js';
import { explorerCommands } from './explorer.js';
import { exportCommands } from './exports.js';
import { fileOperationCommands } from './fileOperations.js';
import { galleryCommands } from './gallery.js';
import { imageCommands } from './images.js';
import { importCommands } from './imports.js';
import { jobSafetyCommands } from './jobSafety.js';
import { migrateCommands } from './migrate.js';
import { pictureCommands } from './pictures.js';
import { relocateFilesCommands } from './relocateFiles.js';
import { reorganizeCommands } from './reorganize.js';
import { sourceCommands } from './sources.js';
import { verifyFilesCommands } from './verifyFiles.js';
import { mayWrite, writeCommands } from './writeAccess.js';

/** Registers every command; one that is declared and not implemented does not compile. */
export function registerCommands(services: Services): vscode.Disposable {
  const handlers: Record<CommandId, Handler> = {
    ...catalogCommands(services),
    ...sourceCommands(services),
    ...importCommands(services),
    ...jobSafetyCommands(services),
    ...eraseCheckCommands(services),
    ...catalogSafetyCommands(services),
    ...migrateCommands(services),
    ...galleryCommands(services),
    ...imageCommands(services),
    ...compareCommands(services),
    ...convertCommands(services),
    ...reorganizeCommands(services),
    ...duplicatesCommands(services),
    ...pictureCommands(services),
    ...exportCommands(services),
    ...deleteImageCommands(services),
    ...fileOperationCommands(services),
    ...checkFilesCommands(services),
    ...verifyFilesCommands(services),
    ...relocateFilesCommands(services),
    ...acceptEditedCommands(services),
    ...explorerCommands(services),
  };
  const writes = writeCommands(services);
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) =>
      vscode.commands.registerCommand(id, (...args: readonly unknown[]) =>
        runHandler(services, handler, args, writes.has(id)),
      ),
    ),
  );
}

async function runHandler(
  services: Services,
  handler: Handler,
  args: readonly unknown[],
  writes: boolean,
): Promise<unknown> {
  const byProgram = isFromProgram(args[0]);
  try {
    if (writes && !byProgram && !(await mayWrite(services, args[0]))) return undefined;
    return await handler(...args);
  } catch (error) {
    // A program that passed arguments gets the error; a person sees it, once.
    if (byProgram) throw error;
    showError(error, services.log);
    return undefined;
  }
}
