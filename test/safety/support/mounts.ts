import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** Runs a program. @throws Error with what it said */
export function runTool(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
}

export function hasTool(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: environment }).status === 0;
}

let mountable: string | null | undefined;

/** Why file systems cannot be mounted here; null if they can. */
export function whyNoMounts(): string | null {
  if (mountable !== undefined) return mountable;
  mountable = findOut();
  return mountable;
}

function findOut(): string | null {
  if (process.platform !== 'linux')
    return `mounting is tested on Linux only, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'only root may mount';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-mount-'));
  try {
    runTool('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
    runTool('umount', folder);
    return null;
  } catch (error) {
    return `mount is refused: ${error instanceof Error ? error.message.split('\n')[0] : ''}`;
  } finally {
    fs.rmdirSync(folder);
  }
}

/** File systems mounted by a test; remove() takes them all down. */
export class Mounts {
  readonly root: string;
  readonly #mounted: string[] = [];
  readonly #devices: string[] = [];

  constructor() {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-mounts-')));
  }

  /** A volume in memory. @param size as tmpfs takes it: `4m` */
  tmpfs(name: string, size: string): string {
    const folder = this.folder(name);
    runTool('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder);
    this.#mounted.push(folder);
    return folder;
  }

  /** A file system made in a file of its own. @returns its folder and the file */
  make(name: string, type: string, megabytes: number): { folder: string; image: string } {
    const image = path.join(this.root, `${name}.img`);
    fs.writeFileSync(image, '');
    fs.truncateSync(image, megabytes * 1024 * 1024);
    const options: Readonly<Record<string, readonly string[]>> = {
      ext4: ['-q', '-F'],
      xfs: ['-q', '-f'],
      btrfs: ['-q', '-f'],
      ntfs: ['-q', '-F', '-f'],
    };
    runTool(`mkfs.${type}`, ...(options[type] ?? []), image);
    const folder = this.folder(name);
    this.mount(image, folder, type);
    return { folder, image };
  }

  mount(image: string, folder: string, type: string): void {
    if (type === 'exfat') {
      const inKernel = fs.readFileSync('/proc/filesystems', 'utf8').includes('exfat');
      if (inKernel) runTool('mount', '-o', 'loop', image, folder);
      else runTool('mount.exfat-fuse', this.#loopDevice(image), folder);
    } else if (type === 'ntfs') runTool('ntfs-3g', image, folder);
    else runTool('mount', '-o', type === 'xfs' ? 'loop,nouuid' : 'loop', image, folder);
    this.#mounted.push(folder);
  }

  #loopDevice(image: string): string {
    const command = ['--find', '--show', image];
    const device = execFileSync('losetup', command, { encoding: 'utf8', env: environment }).trim();
    this.#devices.push(device);
    return device;
  }

  unmount(folder: string): void {
    runTool('umount', folder);
    this.#mounted.splice(this.#mounted.lastIndexOf(folder), 1);
  }

  folder(name: string): string {
    const folder = path.join(this.root, name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  remove(): void {
    for (const folder of this.#mounted.splice(0).reverse()) {
      if (spawnSync('umount', [folder], { env: environment }).status !== 0) {
        spawnSync('umount', ['-l', folder], { env: environment });
      }
    }
    for (const device of this.#devices.splice(0)) {
      spawnSync('losetup', ['--detach', device], { env: environment });
    }
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
