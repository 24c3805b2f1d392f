// Finds a Chrome, Chromium or Edge for the tests that drive VS Code in a browser.
import fs from 'node:fs';
import path from 'node:path';
import { aptInstall, onPath } from './system.mjs';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
];

function usualPlaces() {
  if (process.platform === 'darwin') {
    const applications = ['/Applications', path.join(process.env['HOME'] ?? '', 'Applications')];
    const programs = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return applications.flatMap((folder) =>
      programs.map((name) => path.join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
    );
  }
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(
      (name) => process.env[name] ?? '',
    );
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ];
    return folders.flatMap((folder) => programs.map((name) => path.join(folder, name)));
  }
  return [
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
    '/opt/google/chrome/chrome',
  ];
}

/** The path of a browser, or undefined. The environment variable CHROMIUM_PATH goes first. */
export function findBrowser() {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) return chosen;
  return (
    usualPlaces().find((file) => fs.existsSync(file)) ??
    names.map((name) => onPath(name)).find((file) => file !== undefined)
  );
}

/**
 * The path of a browser; installs Debian's Chromium where that is possible.
 * @throws {Error} one line that says what to install
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  // The fonts: without any, a Debian without desktop shows empty boxes.
  aptInstall(['chromium', 'fonts-dejavu-core']);
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error('No browser: install Chrome, Chromium or Edge, or set CHROMIUM_PATH to one.');
}
