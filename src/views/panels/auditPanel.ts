import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels } from '../../extension/contributions.js';
import type { AuditIdentity } from '../auditProtocol.js';
import { auditStrings } from '../auditStrings.js';
import { auditService, AuditSession, readAuditIdentity } from './auditSession.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';

const t = vscode.l10n.t;

const openLogs = new Set<OpenPanel & { readonly catalogId: string | null }>();

export const auditKind: PanelKind<AuditIdentity> = {
  viewType: panels.auditLog,
  bundle: 'audit',
  title: () => t('Audit Log'),
  icon: 'audit-log',
  readIdentity: readAuditIdentity,
  attach: attachLog,
};

/** Shows who did what to which file; a tab of the same catalog comes to the front. */
export function openAuditLog(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: AuditIdentity,
): void {
  const { catalogId } = identity;
  showPanel(auditKind, openLogs, context, engine, identity, (log) => log.catalogId === catalogId);
}

function attachLog(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: AuditIdentity,
): void {
  const folder = vscode.Uri.parse(identity.folder).fsPath;
  const run = async (command: string, target: object): Promise<void> => {
    await vscode.commands.executeCommand(command, { folder, ...target });
  };
  const session = new AuditSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    host: {
      showImage: (imageId) => run(commands.showImageInGallery, { imageId }),
      showJob: (jobId) => run(commands.showImportJob, { jobId }),
      exportLog: (filter) => run(commands.exportAuditLog, { ...filter }),
    },
  });
  attachPanel({
    kind: auditKind,
    context,
    open: { panel, engine, catalogId: identity.catalogId },
    openPanels: openLogs,
    identity,
    strings: auditStrings(t),
    service: auditService(session),
    shownEntities: ['state', 'catalogs', 'sources', 'importJobs', 'images', 'duplicates'],
    changeIntervalMs: 1000,
  });
}
