import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The folders of the engine that each hold one feature: none knows another's insides. */
const features = ['scan', 'import', 'duplicates', 'legacy', 'maintenance', 'pictures'];
/** What the features stand on. */
const foundations = ['model', 'store', 'files', 'media'];

const writesFiles = {
  group: ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'],
  allowTypeImports: true,
  message: 'Only src/catalog/files and src/catalog/store touch the file system: use FilePort.',
};
const outerLayers = {
  regex: '/(extension|views|cli)/',
  message: 'The engine knows nothing of what stands around it.',
};
const vscode = { name: 'vscode', message: 'The engine also runs without VS Code.' };

/** @param {readonly string[]} folders @param {string} message */
const insidesOf = (folders, message) => ({ regex: `/(${folders.join('|')})/`, message });

/** All of the engine but its types, its wire and where a machine keeps its state. */
const engineInsides =
  '/catalog/(engine|files|media|scan|import|duplicates|legacy|maintenance|pictures|store/(?!machineState))';

/** @param {readonly object[]} patterns @param {readonly object[]} [paths] */
const restrictImports = (patterns, paths = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns, paths }],
});

const engineFolders = [
  // first the general case; a later entry replaces it for its files
  {
    files: ['src/catalog/**/*.ts'],
    rules: restrictImports([writesFiles, outerLayers], [vscode]),
  },
  ...features.map((feature) => ({
    files: [`src/catalog/${feature}/**/*.ts`],
    rules: restrictImports(
      [
        writesFiles,
        outerLayers,
        insidesOf(
          features.filter((other) => other !== feature),
          'A feature does not use the insides of another: move what both need to model, store, files or media.',
        ),
      ],
      [vscode],
    ),
  })),
  ...foundations.map((foundation) => ({
    files: [`src/catalog/${foundation}/**/*.ts`],
    rules: restrictImports(
      [
        ...(foundation === 'files' || foundation === 'store' ? [] : [writesFiles]),
        outerLayers,
        insidesOf(features, 'The features stand on this folder, not the other way round.'),
      ],
      [vscode],
    ),
  })),
];

export default defineConfig(
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { ignores: ['dist/', 'dist-test/', '.artifacts/', '.vscode-test/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/views/tsconfig.webview.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `throw signal.reason` and passing on what was caught are fine
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // The protocol's operations are async whether or not an implementation has to wait.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // mocha's own promises: describe() and it() return nothing to wait for
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'describe'], package: 'mocha' }],
        },
      ],
    },
  },
  ...engineFolders,
  {
    files: ['src/extension/**/*.ts', 'src/views/**/*.ts'],
    rules: restrictImports([
      {
        regex: engineInsides,
        allowTypeImports: true,
        message: 'The window talks to the engine through the worker: only model, protocol and rpc.',
      },
    ]),
  },
  {
    files: ['src/views/webview/**/*.ts'],
    rules: restrictImports(
      [
        { regex: '^node:', message: 'This runs in a browser.' },
        {
          regex: engineInsides,
          allowTypeImports: true,
          message: 'Only the types of the engine.',
        },
      ],
      [{ name: 'vscode', message: 'This runs in a browser.' }],
    ),
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
);
