import path from 'node:path';
import * as vscode from 'vscode';
import type {
  LegacyCatalogInfo,
  MigrationReport,
  MigrationRequest,
  PathMapping,
} from '../../catalog/model/migration.js';
import { renderReport } from '../../catalog/model/migrationText.js';
import { formatCount } from '../../views/format.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import { askFolder } from '../quickInput/folderPrompt.js';
import { runSteps, type Prompt } from '../quickInput/multiStep.js';
import type { ReportDocuments } from '../reportDocument.js';
import type { Handler, Services } from '../services.js';
import {
  argumentsOf,
  booleanOf,
  stringOf,
  stringsOf,
  type CommandArguments,
} from './commandArguments.js';
import { findEngine } from './targets.js';

/** Arguments: from, catalogs, into, mappings ({ from, to }), dryRun, folder. @returns the reports */
export function migrateCommands(services: Services) {
  const { documents } = services;
  return {
    [commands.migrateLegacyCatalog]: async (argument) => {
      const engine = await findEngine(services, argument);
      if (!engine) return undefined;
      const args = argumentsOf(argument);
      const request = args && requestOf(args);
      if (request === undefined) return migrateByHand(engine, documents);
      return booleanOf(args, 'dryRun')
        ? engine.client.planMigration(request)
        : engine.client.migrateLegacy(request);
    },
  } satisfies Record<string, Handler>;
}

function requestOf(args: CommandArguments): MigrationRequest | undefined {
  const from = stringOf(args, 'from');
  if (from === undefined) return undefined;
  const catalogs = stringsOf(args, 'catalogs');
  const into = stringOf(args, 'into');
  const mappings = Array.isArray(args['mappings'])
    ? args['mappings'].filter(
        (each: unknown): each is PathMapping =>
          typeof each === 'object' && each !== null && 'from' in each && 'to' in each,
      )
    : [];
  return {
    from,
    mappings,
    ...(catalogs !== undefined && { catalogs }),
    ...(into !== undefined && { into }),
  };
}

/** Asks for the old catalog, shows what would happen, lets folders be mapped, and only then migrates. */
async function migrateByHand(
  engine: EngineHost,
  documents: ReportDocuments,
): Promise<readonly MigrationReport[] | undefined> {
  const chosen = await askOrigin(engine);
  if (!chosen) return undefined;
  const mappings: PathMapping[] = [];
  for (;;) {
    const request = { ...chosen, mappings };
    const plan = await withOperationProgress(
      views.catalogs,
      vscode.l10n.t('Looking through the old catalog'),
      (control) => engine.client.planMigration(request, control),
    );
    await showReports(documents, vscode.l10n.t('Migration, dry run'), plan);
    const next = await askNext(plan);
    if (next === undefined) return undefined;
    if (next === 'migrate') {
      const reports = await withOperationProgress(
        views.catalogs,
        vscode.l10n.t('Migrating the old catalog'),
        (control) => engine.client.migrateLegacy(request, control),
      );
      await showReports(documents, vscode.l10n.t('Migration'), reports);
      tellDone(engine, reports);
      return reports;
    }
    mappings.push(next);
  }
}

/** Where the old catalog is, and which of several. */
async function askOrigin(engine: EngineHost): Promise<MigrationRequest | undefined> {
  let from = '';
  let found: readonly LegacyCatalogInfo[] = [];
  let chosen: LegacyCatalogInfo | null = null;
  const done = await runSteps(vscode.l10n.t('Migrate Legacy Catalog'), [
    async (prompt) => {
      from = await askPlace(prompt, engine);
      found = await engine.client.listLegacyCatalogs({ from });
    },
    async (prompt) => {
      chosen = await askWhich(prompt, found);
    },
  ]);
  if (!done) return undefined;
  const only = chosen as LegacyCatalogInfo | null;
  return only === null ? { from } : { from, catalogs: [only.id] };
}

async function askPlace(prompt: Prompt, engine: EngineHost): Promise<string> {
  const file = {
    label: vscode.l10n.t('$(file) A File…'),
    detail: vscode.l10n.t('catalog.json or catalog.db'),
  };
  const folder = {
    label: vscode.l10n.t('$(folder-opened) A Folder…'),
    detail: vscode.l10n.t('The folder that holds catalog.json or catalog.db.'),
  };
  const database = {
    label: vscode.l10n.t('$(database) A PostgreSQL Database…'),
    detail: vscode.l10n.t('The database of the server version.'),
  };
  const placeholder = vscode.l10n.t('Where is the old catalog? It is only read.');
  for (;;) {
    const answer = await prompt.pick({ placeholder, items: [folder, file, database] });
    if (answer === database) {
      return prompt.input({
        prompt: vscode.l10n.t('Address of the database'),
        placeholder: 'postgres://user:password@host:5432/lumina',
        validate: (value) =>
          /^postgres(?:ql)?:\/\/./i.test(value)
            ? null
            : vscode.l10n.t('Type an address that begins with postgres://'),
      });
    }
    const [picked] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: answer === file,
        canSelectFolders: answer === folder,
        canSelectMany: false,
        title: placeholder,
        openLabel: vscode.l10n.t('Look Through'),
        defaultUri: engine.folder.uri,
        ...(answer === file && { filters: { [vscode.l10n.t('Old catalogs')]: ['json', 'db'] } }),
      })) ?? [];
    if (picked) return picked.fsPath;
  }
}

/** Null means all of them; does not ask if there is one. */
async function askWhich(
  prompt: Prompt,
  found: readonly LegacyCatalogInfo[],
): Promise<LegacyCatalogInfo | null> {
  if (found.length <= 1) return null;
  const all = {
    label: vscode.l10n.t('All {0} Catalogs', formatCount(found.length)),
    catalog: null as LegacyCatalogInfo | null,
  };
  const answer = await prompt.pick({
    placeholder: vscode.l10n.t('Which of the old catalogs?'),
    items: [
      all,
      ...found.map((catalog) => ({
        label: catalog.name,
        description:
          catalog.imageCount === null
            ? ''
            : vscode.l10n.t('{0} images', formatCount(catalog.imageCount)),
        detail: catalog.sourceDirectories.join(', '),
        catalog,
      })),
    ],
  });
  return answer.catalog;
}

/** What to do after a dry run: migrate, map a folder first, or nothing. */
async function askNext(
  plan: readonly MigrationReport[],
): Promise<'migrate' | PathMapping | undefined> {
  const absent = plan.flatMap(({ absentPrefixes }) => absentPrefixes);
  const images = plan.flatMap(({ counts }) => counts).filter(({ kind }) => kind === 'image');
  const fresh = images.reduce((sum, { migrated }) => sum + migrated, 0);
  let next: 'migrate' | PathMapping | undefined;
  const done = await runSteps(vscode.l10n.t('Migrate Legacy Catalog'), [
    async (prompt) => {
      const migrate = {
        label: vscode.l10n.t('$(check) Migrate {0} Images', formatCount(fresh)),
        detail: vscode.l10n.t('Photos stay where they are; nothing is copied, moved or removed.'),
        prefix: null as string | null,
      };
      const answer = await prompt.pick({
        placeholder: vscode.l10n.t('The report shows what would happen. Go on?'),
        items: [
          migrate,
          ...absent.map(({ prefix, images: count }) => ({
            label: vscode.l10n.t('$(references) Where Is {0}?', prefix),
            detail: vscode.l10n.t(
              '{0} images lie there; the folder is not here.',
              formatCount(count),
            ),
            prefix,
          })),
        ],
      });
      if (answer.prefix === null) {
        next = 'migrate';
        return;
      }
      const to = await askFolder(prompt, {
        placeholder: vscode.l10n.t('The folder that {0} is here', answer.prefix),
        openLabel: vscode.l10n.t('Use This Folder'),
        start: path.parse(process.cwd()).root,
      });
      if (to !== null) next = { from: answer.prefix, to };
    },
  ]);
  return done ? next : undefined;
}

async function showReports(
  documents: ReportDocuments,
  title: string,
  reports: readonly MigrationReport[],
): Promise<void> {
  await documents.show(title, reports.map(renderReport).join('\n\n'));
}

function tellDone({ client }: EngineHost, reports: readonly MigrationReport[]): void {
  const images = reports.flatMap(({ counts }) => counts).filter(({ kind }) => kind === 'image');
  const count = images.reduce((sum, { migrated }) => sum + migrated, 0);
  const save = vscode.l10n.t('Save Report…');
  const migrationIds = reports.flatMap(({ migrationId }) => migrationId ?? []);
  void vscode.window
    .showInformationMessage(
      vscode.l10n.t('{0} images were brought along.', formatCount(count)),
      ...(migrationIds.length > 0 ? [save] : []),
    )
    .then(async (answer) => {
      if (answer !== save) return;
      const target = await vscode.window.showSaveDialog({
        filters: { JSON: ['json'], CSV: ['csv'], Markdown: ['md'] },
      });
      if (!target) return;
      const extension = path.extname(target.fsPath).toLowerCase();
      const format = extension === '.json' ? 'json' : extension === '.csv' ? 'csv' : 'text';
      // The dialog has asked before a file is replaced.
      const input = { migrationIds, path: target.fsPath, format, overwrite: true } as const;
      await client.writeMigrationReport(input);
    })
    .then(undefined, (error: unknown) => void vscode.window.showErrorMessage(String(error)));
}
