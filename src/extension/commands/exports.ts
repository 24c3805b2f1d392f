import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditFilter } from '../../catalog/model/audit.js';
import {
  imageExportFormats,
  tableFormats,
  type ExportRequest,
  type ImageExportFormat,
  type ImagesExport,
  type TableFormat,
  type WrittenExport,
} from '../../catalog/model/exports.js';
import { formatCount } from '../../views/format.js';
import { openAuditLog } from '../../views/panels/auditPanel.js';
import { revealFile } from '../../views/panels/openFile.js';
import { imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, choiceOf, stringOf } from './commandArguments.js';
import { findSelection } from './selectionTarget.js';
import { findCatalog, findEngine, isTreeNode } from './targets.js';

/** Images that are to be exported, and what they are called. */
interface Exported extends Pick<ImagesExport, 'selection' | 'imageIds'> {
  readonly engine: EngineHost;
  readonly name: string;
}

/**
 * Exports and the audit log. Arguments: catalogId, sourceId, imageIds, query; format, path, overwrite; those of an
 * audit log's filter.
 */
export function exportCommands(services: Services) {
  const exportImages = async (
    argument: unknown,
    onlyFormat?: ImageExportFormat,
  ): Promise<WrittenExport | undefined> => {
    const found = await findExport(services, argument);
    if (!found) return undefined;
    const args = argumentsOf(argument);
    const format =
      onlyFormat ?? choiceOf(args, 'format', imageExportFormats) ?? (await askFormat(tableFormats));
    if (!format) return undefined;
    const { engine, name, ...which } = found;
    const request = { kind: 'images', format, byteOrderMark: true, ...which } as const;
    return writeExport(engine, request, name, argument);
  };
  return {
    [commands.exportCatalog]: (argument) => exportImages(argument),
    [commands.exportImages]: (argument) => exportImages(argument),
    [commands.saveManifest]: (argument) => exportImages(argument, 'sha256'),
    [commands.showAuditLog]: async (argument) => {
      const engine = await findEngine(services, argument);
      if (!engine) return;
      // Of a catalog's node the log of that catalog, else that of the folder.
      const target = isTreeNode(argument) ? await findCatalog(services, argument) : undefined;
      const catalogId = target?.catalog.id ?? stringOf(argumentsOf(argument), 'catalogId') ?? null;
      const folder = engine.folder.uri.toString();
      openAuditLog(services.context, engine.client, { folder, catalogId });
    },
    [commands.exportAuditLog]: async (argument) => {
      const engine = await findEngine(services, argument);
      const args = argumentsOf(argument);
      const format = choiceOf(args, 'format', tableFormats) ?? (await askFormat(tableFormats));
      if (!engine || !format) return undefined;
      const filter: Record<string, string> = {};
      for (const name of filterNames) {
        const value = stringOf(args, name);
        if (value !== undefined) filter[name] = value;
      }
      const request = { kind: 'audit', format, byteOrderMark: true, filter } as const;
      return writeExport(engine, request, vscode.l10n.t('audit log'), argument);
    },
  } satisfies Record<string, Handler>;
}

const filterNames: readonly (keyof AuditFilter)[] = [
  'operation',
  'text',
  'file',
  'since',
  'until',
  'catalogId',
  'importJobId',
];

/** Chosen images, else a source, else a catalog or what a search in it finds. */
async function findExport(services: Services, argument: unknown): Promise<Exported | undefined> {
  const target = await findSelection(services, argument);
  if (!target) return undefined;
  const { engine, selection, name } = target;
  const { imageIds, ...which } = selection;
  if (imageIds) return { engine, name: vscode.l10n.t('images'), selection: which, imageIds };
  if (which.sourceId !== undefined) return { engine, name: name ?? '', selection: which };
  const args = argumentsOf(argument);
  const query = args ? stringOf(args, 'query') : await askQuery(engine, which.catalogId);
  if (query === undefined && !args) return undefined;
  return { engine, name: name ?? '', selection: { ...which, ...(query && { query }) } };
}

/** '' for all images, undefined if dismissed. */
async function askQuery({ client }: EngineHost, catalogId: string): Promise<string | undefined> {
  const { imageCount } = await client.getCatalog({ catalogId });
  const all = vscode.l10n.t('All Images');
  const some = vscode.l10n.t('Images of a Search…');
  const picked = await vscode.window.showQuickPick(
    [{ label: all, description: imageCountText(imageCount) }, { label: some }],
    { placeHolder: vscode.l10n.t('Which images?') },
  );
  if (!picked) return undefined;
  if (picked.label === all) return '';
  return vscode.window.showInputBox({
    prompt: vscode.l10n.t('The search, as in the gallery'),
    placeHolder: 'taken:2023 camera:canon',
  });
}

async function askFormat<Format extends TableFormat>(
  formats: readonly Format[],
): Promise<Format | undefined> {
  const texts: Readonly<Record<TableFormat, string>> = {
    csv: vscode.l10n.t('a table for spreadsheet programs'),
    json: vscode.l10n.t('one array of objects'),
    ndjson: vscode.l10n.t('one object a line, for streaming'),
  };
  const picked = await vscode.window.showQuickPick(
    formats.map((format) => ({
      label: format.toUpperCase(),
      description: texts[format],
      format,
    })),
    { placeHolder: vscode.l10n.t('Which format?') },
  );
  return picked?.format;
}

async function writeExport(
  engine: EngineHost,
  request: ExportRequest,
  name: string,
  argument: unknown,
): Promise<WrittenExport | undefined> {
  const args = argumentsOf(argument);
  const given = stringOf(args, 'path');
  const file = given ?? (await askFile(engine, request, name));
  if (file === undefined) return undefined;
  // The dialog has asked whether a file is to be replaced.
  const overwrite = given === undefined || booleanOf(args, 'overwrite');
  const written = await withOperationProgress(
    views.catalogs,
    vscode.l10n.t('Exporting {0}', name),
    (control) => engine.client.writeExport({ request, path: file, overwrite }, control),
  );
  if (given === undefined) tellWritten(request, written);
  return written;
}

async function askFile(
  engine: EngineHost,
  request: ExportRequest,
  name: string,
): Promise<string | undefined> {
  const { format } = request;
  const day = new Date().toISOString().slice(0, 10);
  const fileName = `${name.replace(/[/\\:*?"<>|]/g, '-')} ${day}.${format}`;
  const answer = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(engine.folder.uri.fsPath, fileName)),
    filters: { [format.toUpperCase()]: [format] },
  });
  return answer?.fsPath;
}

function tellWritten(request: ExportRequest, written: WrittenExport): void {
  const count = formatCount(written.count);
  const text =
    request.format === 'sha256'
      ? vscode.l10n.t(
          '{0} checksums saved. Check them with "sha256sum -c" in {1}.',
          count,
          written.directory ?? '/',
        )
      : vscode.l10n.t('{0} rows exported to {1}.', count, written.path);
  const show = vscode.l10n.t('Show File');
  void vscode.window.showInformationMessage(text, show).then((answer) => {
    if (answer === show) void revealFile(written.path);
  });
}
