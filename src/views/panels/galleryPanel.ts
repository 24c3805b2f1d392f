import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { pictureFolders } from '../../catalog/model/pictureFolders.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { defaultMachineStateDirectory } from '../../catalog/store/machineState.js';
import { commands, panels } from '../../extension/contributions.js';
import { formatCount } from '../format.js';
import type {
  GalleryCommand,
  GalleryIdentity,
  GalleryPlace,
  GalleryWish,
  SavedSearch,
} from '../galleryProtocol.js';
import { galleryStrings } from '../galleryStrings.js';
import {
  attachPanel,
  findOpenPanel,
  openPanel,
  type OpenPanel,
  type PanelKind,
} from './catalogPanel.js';
import { readGalleryIdentity } from './galleryParams.js';
import { galleryService } from './galleryService.js';
import { GallerySession, type GalleryHost } from './gallerySession.js';
import { ThumbnailReader } from './thumbnailReader.js';

const t = vscode.l10n.t;
const savedSearchesKey = 'imageCatalog.savedSearches';

const commandIds: Readonly<Record<GalleryCommand, string>> = {
  open: commands.openImage,
  reveal: commands.revealImage,
  copyPath: commands.copyImagePath,
  delete: commands.deleteImages,
  showJob: commands.showImageJob,
  showSource: commands.showImageSource,
};

interface OpenGallery extends OpenPanel {
  /** Names the gallery in the context of its menus. */
  readonly key: string;
  readonly session: GallerySession;
  readonly notify: (method: string, params: object) => void;
}

const openGalleries = new Set<OpenGallery>();
/** Wishes of panels that are being opened, by their identity's object. */
const wishes = new WeakMap<GalleryIdentity, GalleryWish>();

export const galleryKind: PanelKind<GalleryIdentity> = {
  viewType: panels.gallery,
  bundle: 'gallery',
  title: () => t('Gallery'),
  icon: 'gallery',
  readIdentity: readGalleryIdentity,
  attach: attachGallery,
};

/** Shows images in an editor tab; a tab that shows the same ones comes to the front. */
export function openGallery(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: GalleryIdentity,
  wish: GalleryWish = {},
): void {
  const open = findOpenPanel(
    openGalleries,
    engine,
    ({ session: { identity: other } }) =>
      other.catalogId === identity.catalogId &&
      other.sourceId === identity.sourceId &&
      other.importJobId === identity.importJobId,
  );
  if (!open) {
    wishes.set(identity, wish);
    openPanel(galleryKind, context, engine, identity);
    return;
  }
  open.session.want(wish);
  open.panel.reveal();
  open.notify('changed', {});
}

/** The images that the menu of a gallery was opened for, and the URI of the gallery's workspace folder. */
export function galleryTargets(
  key: string,
): { readonly folder: string; readonly imageIds: readonly string[] } | undefined {
  for (const { key: other, session } of openGalleries) {
    if (other === key) return { folder: session.identity.folder, imageIds: session.targets };
  }
  return undefined;
}

/** What the menu of an open gallery says about itself, and what its page tells the host beforehand. */
export interface OpenGalleryMenu {
  readonly key: string;
  readonly choose: (imageIds: readonly string[]) => void;
}

export function galleryMenus(): readonly OpenGalleryMenu[] {
  return [...openGalleries].map(({ key, session }) => ({
    key,
    choose: (imageIds) => session.target({ imageIds }),
  }));
}

function attachGallery(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: GalleryIdentity,
): void {
  const workspaceDirectory = vscode.Uri.parse(identity.folder).fsPath;
  const folders = pictureFolders(workspaceDirectory, defaultMachineStateDirectory());
  const session = new GallerySession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    host: galleryHost(context, panel, workspaceDirectory),
    thumbnails: new ThumbnailReader(folders),
  });
  const key = randomUUID();
  const wish = wishes.get(identity);
  session.want(wish ?? {});
  const place: GalleryPlace = { ...identity, key };
  let notify: OpenGallery['notify'] = () => undefined;
  const open: OpenGallery = {
    panel,
    engine,
    key,
    session,
    notify: (method, params) => notify(method, params),
  };
  ({ notify } = attachPanel({
    kind: galleryKind,
    context,
    open,
    openPanels: openGalleries,
    identity: place,
    strings: galleryStrings(t),
    service: galleryService(session, (title) => (panel.title = t('Gallery: {0}', title))),
    pictureFolders: [folders.renderings, folders.localRenderings].map((folder) =>
      vscode.Uri.file(folder),
    ),
    shownEntities: ['state', 'catalogs', 'sources', 'images'],
    changeIntervalMs: 500,
  }));
  // A panel of before a reload shows what it showed then.
  if (wish) void session.prepare().then((prepared) => prepared && notify('prepared', prepared));
  const subscriptions = [
    engine.onChanged(() => session.forgetPrepared()),
    engine.onPictures((event) => notify('pictures', { states: session.pictureStates(event) })),
    engine.onPictureProgress(({ status, filesDone, filesTotal }) => {
      const text =
        status === 'running'
          ? t('Thumbnails: {0} of {1}', formatCount(filesDone), formatCount(filesTotal))
          : null;
      notify('work', { text });
    }),
  ];
  panel.onDidDispose(() => {
    session.dispose();
    for (const subscription of subscriptions) subscription.dispose();
  });
}

function galleryHost(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  workspaceDirectory: string,
): GalleryHost {
  const { workspaceState } = context;
  return {
    addressOf: (file) => panel.webview.asWebviewUri(vscode.Uri.file(file)).toString(),
    readFile: (file) => fs.promises.readFile(file),
    realPath: (file) => fs.promises.realpath(file),
    isOnline: (directory) =>
      fs.promises.stat(directory).then(
        (stats) => stats.isDirectory(),
        () => false,
      ),
    askSearchName: (query) =>
      Promise.resolve(
        vscode.window.showInputBox({
          title: t('Save Search'),
          prompt: t('Name of the search'),
          value: query,
          validateInput: (value) => (value.trim() === '' ? t('Type a name.') : undefined),
        }),
      ).then((name) => name?.trim()),
    savedSearches: () => readSavedSearches(workspaceState.get(savedSearchesKey)),
    saveSearches: (searches) => Promise.resolve(workspaceState.update(savedSearchesKey, searches)),
    run: async (command, imageIds) => {
      await vscode.commands.executeCommand(commandIds[command], {
        folder: workspaceDirectory,
        imageIds,
      });
    },
  };
}

/** What an earlier version kept may have another shape. */
function readSavedSearches(kept: unknown): readonly SavedSearch[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter(
    (search: unknown): search is SavedSearch =>
      typeof search === 'object' &&
      search !== null &&
      typeof (search as SavedSearch).name === 'string' &&
      typeof (search as SavedSearch).query === 'string',
  );
}
