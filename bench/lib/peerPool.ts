import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export type PeerLibrary = 'sharp' | 'jimp';

/** Another library at the same work, in processes that each have two pictures at a time, as ours. */
export class PeerPool {
  readonly library: PeerLibrary;
  private readonly children: ChildProcess[];
  private readonly waiting = new Map<number, () => void>();
  private readonly queue: (() => boolean)[] = [];
  private readonly loads: number[];
  private nextId = 0;

  constructor(library: PeerLibrary, processes: number) {
    this.library = library;
    this.loads = Array.from({ length: processes }, () => 0);
    this.children = this.loads.map((_, index) => {
      const child = fork(path.join(import.meta.dirname, 'peerProcess.ts'), [library], {
        execArgv: ['--import', 'tsx'],
      });
      child.on('message', (id) => {
        this.loads[index] = (this.loads[index] ?? 1) - 1;
        this.waiting.get(id as number)?.();
        this.waiting.delete(id as number);
        while (this.queue[0]?.()) this.queue.shift();
      });
      return child;
    });
  }

  /** Reads a file, writes its thumbnail, and computes the hashes. */
  run(file: string, thumbnail: string): Promise<void> {
    return new Promise((resolve) => {
      const id = this.nextId++;
      const start = (): boolean => {
        const index = this.loads.findIndex((load) => load < 2);
        const child = this.children[index];
        if (!child) return false;
        this.loads[index] = (this.loads[index] ?? 0) + 1;
        this.waiting.set(id, resolve);
        child.send({ id, file, thumbnail });
        return true;
      };
      if (this.queue.length > 0 || !start()) this.queue.push(start);
    });
  }

  close(): void {
    for (const child of this.children) child.kill();
  }
}
