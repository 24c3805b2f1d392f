import * as vscode from 'vscode';
import type { ChangedEntity } from '../../catalog/protocol.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import type { Translate } from '../format.js';
import type { PanelId } from '../../extension/contributions.js';
import type { PanelIdentity } from '../panelProtocol.js';
import { errorText } from './fileTexts.js';
import { fillPanel, webviewOptions, type WebviewBundle } from './panelPage.js';
import { servePanel, type PanelService, type RequestEntries } from './panelServer.js';

const t: Translate = vscode.l10n.t;

/** One kind of panel: what it is called and looks like, and what is behind its webview. */
export interface PanelKind<Identity extends PanelIdentity> {
  readonly viewType: PanelId;
  readonly bundle: WebviewBundle;
  readonly title: () => string;
  /** Base name of its two icons in `media`. */
  readonly icon: string;
  /** Reads what the editor kept of the panel over a window reload; throws if it is not what we wrote. */
  readonly readIdentity: (kept: Readonly<Record<string, unknown>>) => Identity;
  /** Fills a new or restored panel. */
  readonly attach: (
    context: vscode.ExtensionContext,
    panel: vscode.WebviewPanel,
    engine: EngineClient,
    identity: Identity,
  ) => void;
}

/** A panel that is open, with what it shows. */
export interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly engine: EngineClient;
}

/** Opens a new editor tab of a kind and fills it. */
export function openPanel<Identity extends PanelIdentity>(
  kind: PanelKind<Identity>,
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: Identity,
): void {
  const panel = vscode.window.createWebviewPanel(
    kind.viewType,
    kind.title(),
    vscode.ViewColumn.Active,
    webviewOptions(context),
  );
  kind.attach(context, panel, engine, identity);
}

/**
 * The open panel that shows the same, or undefined. One whose engine was replaced (trust was granted, the folder was
 * added again) is closed.
 */
export function findOpenPanel<Open extends OpenPanel>(
  panels: ReadonlySet<Open>,
  engine: EngineClient,
  isSame: (open: Open) => boolean,
): Open | undefined {
  for (const open of [...panels]) {
    if (!isSame(open)) continue;
    if (open.engine === engine) return open;
    open.panel.dispose();
  }
  return undefined;
}

/** Brings the panel that shows the same to the front, or opens one. */
export function showPanel<Identity extends PanelIdentity, Open extends OpenPanel>(
  kind: PanelKind<Identity>,
  panels: ReadonlySet<Open>,
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: Identity,
  isSame: (open: Open) => boolean,
): void {
  const open = findOpenPanel(panels, engine, isSame);
  if (open) open.panel.reveal();
  else openPanel(kind, context, engine, identity);
}

/** Loads the page into a panel, serves its requests, and tells it of changes of the catalog. */
export function attachPanel<
  Identity extends PanelIdentity,
  Requests extends RequestEntries<Requests>,
  Open extends OpenPanel,
>(props: {
  readonly kind: PanelKind<Identity>;
  readonly context: vscode.ExtensionContext;
  readonly open: Open;
  /** The panel is one of these until it is closed. */
  readonly openPanels: Set<Open>;
  readonly identity: Identity;
  /** The fixed texts of the page. */
  readonly strings: object;
  readonly service: PanelService<Requests>;
  /** See fillPanel. */
  readonly pictureFolders?: readonly vscode.Uri[];
  /** Changes that make the page fetch anew, and how often at most, in milliseconds. */
  readonly shownEntities: readonly ChangedEntity[];
  readonly changeIntervalMs: number;
}): { notify: (method: string, params: object) => void } {
  const { kind, context, open, openPanels, identity } = props;
  const { panel, engine } = open;
  openPanels.add(open);
  panel.iconPath = {
    light: vscode.Uri.joinPath(context.extensionUri, 'media', 'panels', `${kind.icon}-light.svg`),
    dark: vscode.Uri.joinPath(context.extensionUri, 'media', 'panels', `${kind.icon}-dark.svg`),
  };
  const connection = fillPanel({
    context,
    panel,
    bundle: kind.bundle,
    title: kind.title(),
    pageData: { strings: props.strings, identity },
    pictureFolders: props.pictureFolders,
    serve: (channel) =>
      servePanel<Requests>(channel, props.service, (error) => errorText(t, error)),
  });
  const notify = (method: string, params: object): void => {
    // Changes and progress may come when the tab is closed already.
    if (openPanels.has(open)) void connection.sendNotification(method, params);
  };
  const changed = coalesce(() => notify('changed', {}), props.changeIntervalMs);
  const subscription = engine.onChanged(({ entities }) => {
    if (entities.some((entity) => props.shownEntities.includes(entity))) changed();
  });
  panel.onDidDispose(() => {
    subscription.dispose();
    openPanels.delete(open);
  });
  return { notify };
}

/** Starts a function at most once per interval, the last call always. */
function coalesce(work: () => void, intervalMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, intervalMs);
  };
}
