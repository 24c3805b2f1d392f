import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  plainImageExtensions,
  rawExtensions,
  videoExtensions,
} from '../../../src/catalog/media/fileKinds.js';
import {
  commands,
  contextKeys,
  contextValues,
  panels,
  settingDefaults,
  viewContainer,
  views,
} from '../../../src/extension/contributions.js';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown }>>;
    };
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const readJson = (name: string): unknown =>
  JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const texts = readJson('package.nls.json') as Readonly<Record<string, string>>;
const { contributes } = manifest;
const commandIds = new Set<string>(Object.values(commands));

/** Context keys of VS Code itself that our `when` clauses use. */
const builtInKeys = new Set([
  'explorerResourceIsFolder',
  'isWorkspaceTrusted',
  'listMultiSelection',
  'resourceExtname',
  'view',
  'viewItem',
  'webviewId',
  'webviewSection',
  'workspaceFolderCount',
]);

const allWhens = [
  ...Object.values(contributes.menus)
    .flat()
    .flatMap(({ when }) => (when === undefined ? [] : [when])),
  ...contributes.viewsWelcome.map(({ when }) => when),
  ...contributes.commands.flatMap(({ enablement }) =>
    enablement === undefined ? [] : [enablement],
  ),
];

describe('manifest', () => {
  it('declares exactly the commands of contributions.ts', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      [...commandIds].sort(),
    );
  });

  it('declares exactly the views of contributions.ts', () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewContainer],
    );
    assert.deepEqual(Object.keys(contributes.views), [viewContainer]);
    const declared = contributes.views[viewContainer]?.map(({ id }) => id);
    assert.deepEqual(declared, Object.values(views));
  });

  it('is activated by every panel that is opened again with the window', () => {
    const events = manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:'));
    assert.deepEqual(
      events,
      Object.values(panels).map((panel) => `onWebviewPanel:${panel}`),
    );
  });

  it('declares exactly the settings of contributions.ts with the same defaults', () => {
    const declared = Object.fromEntries(
      Object.entries(contributes.configuration.properties).map(([key, { default: value }]) => [
        key,
        value,
      ]),
    );
    assert.deepEqual(declared, settingDefaults);
    for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
      assert.ok(key in settingDefaults, key);
    }
  });

  it('refers in menus and welcome texts to declared commands and views only', () => {
    for (const { command } of Object.values(contributes.menus).flat()) {
      assert.ok(commandIds.has(command), command);
    }
    const viewIds = new Set<string>(Object.values(views));
    for (const { view, contents } of contributes.viewsWelcome) {
      assert.ok(viewIds.has(view), view);
      const links = [...translated(contents).matchAll(/\(command:([^)?]+)/g)];
      assert.equal(links.length, 1, `one button in ${contents}`);
      const target = links[0]?.[1] ?? '';
      assert.ok(commandIds.has(target) || target.startsWith('workbench.'), target);
    }
  });

  it('offers every command in the palette, with a condition, or hides it', () => {
    const palette = contributes.menus['commandPalette']?.map(({ command }) => command) ?? [];
    assert.equal(new Set(palette).size, palette.length);
    const always = [...commandIds].filter((id) => !palette.includes(id));
    assert.deepEqual(always, [commands.showLog]);
  });

  it('uses known context keys, views and context values only', () => {
    const ours = new Set<string>(Object.values(contextKeys));
    const used = new Set<string>();
    const values = Object.values(contextValues);
    for (const when of allWhens) {
      if (when === 'false') continue;
      const bare = when.replace(/=~ \/.*?\/i?(?= |$)/g, '').replace(/[!=]= [\w.]+/g, '');
      for (const key of bare.match(/[A-Za-z][\w.]*/g) ?? []) {
        assert.ok(builtInKeys.has(key) || ours.has(key), `${key} in ${when}`);
        used.add(key);
      }
      for (const [, view] of when.matchAll(/\bview == ([\w.]+)/g)) {
        assert.ok((Object.values(views) as string[]).includes(view ?? ''), when);
      }
      for (const [, value] of when.matchAll(/viewItem == ([\w.]+)/g)) {
        assert.ok((values as string[]).includes(value ?? ''), when);
      }
      for (const [, pattern] of when.matchAll(/viewItem =~ \/(.*?)\/(?= |$)/g)) {
        const matched = values.filter((value) => new RegExp(pattern ?? '').test(value));
        assert.ok(matched.length > 0, when);
      }
    }
    for (const key of ours) assert.ok(used.has(key), `${key} is set and never used`);
  });

  it('offers the import of images on every extension the catalog imports, in any case', () => {
    const item = contributes.menus['explorer/context']?.find(
      ({ command }) => command === commands.importImages,
    );
    const pattern = /resourceExtname =~ \/(.*?)\/i(?= |$)/.exec(item?.when ?? '')?.[1];
    assert.ok(pattern !== undefined);
    const matches = (name: string): boolean => new RegExp(pattern, 'i').test(name);
    const extensions = [...plainImageExtensions, ...rawExtensions, ...videoExtensions];
    assert.ok(extensions.length > 20);
    for (const extension of extensions) {
      assert.ok(matches(`.${extension}`), extension);
      assert.ok(matches(`.${extension.toUpperCase()}`), extension);
    }
    for (const other of ['.txt', '.jpgx', 'jpg', '.xmp', '']) assert.ok(!matches(other), other);
  });

  it('has a text for every key and no text too many', () => {
    const source = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
    const used = [...source.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it('has every icon it names', () => {
    const icons = [
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...(contributes.views[viewContainer] ?? []).map(({ icon }) => icon),
    ];
    for (const icon of icons) assert.ok(fs.existsSync(path.join(root, icon)), icon);
    const styles = fs.readFileSync(
      path.join(root, 'node_modules/@vscode/codicons/dist/codicon.css'),
      'utf8',
    );
    for (const { icon, command } of contributes.commands) {
      if (icon === undefined) continue;
      const name = /^\$\(([\w-]+)\)$/.exec(icon)?.[1] ?? '';
      assert.ok(styles.includes(`.codicon-${name}:before`), `${command}: ${icon}`);
    }
  });
});

function translated(text: string): string {
  const key = /^%(.+)%$/.exec(text)?.[1];
  return (key === undefined ? undefined : texts[key]) ?? text;
}
