import os from 'node:os';
import path from 'node:path';

/**
 * The folder for what this user chose on this machine, outside every workspace: a cloned repository cannot
 * forge it, and the editor and the command line share it. `IMAGE_CATALOG_STATE_DIR` overrides it.
 */
export function defaultMachineStateDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = environment['IMAGE_CATALOG_STATE_DIR'];
  if (chosen) return path.resolve(chosen);
  const home = os.homedir();
  if (platform === 'win32') {
    const base = environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    return path.join(base, 'image-catalog');
  }
  if (platform === 'darwin') {
    return path.join(home, 'Library', 'Application Support', 'image-catalog');
  }
  const base = environment['XDG_STATE_HOME'] ?? path.join(home, '.local', 'state');
  return path.join(base, 'image-catalog');
}
