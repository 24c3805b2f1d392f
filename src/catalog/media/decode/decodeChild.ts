import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { memoryLimitVariable, type DecodeAnswer, type DecodeCommand } from './decodeMessages.js';

/** How a process ended. */
export interface ChildEnd {
  /** False if it ended before it could take a file. */
  readonly wasReady: boolean;
  /** Killed by force, though not by us: by its own watch or by the system, for its memory. */
  readonly wasKilled: boolean;
  /** What it printed last, for messages. */
  readonly lastWords: string;
}

export interface ChildEvents {
  readonly onReady: () => void;
  readonly onAnswer: (answer: Exclude<DecodeAnswer, { kind: 'ready' }>) => void;
  readonly onEnd: (end: ChildEnd) => void;
}

const keptOutput = 1000;

/** One decoding process. */
export class DecodeChild {
  isReady = false;
  private readonly child: ChildProcess;
  private output = '';
  private hasEnded = false;

  constructor(programFolder: string, memoryLimitBytes: number, events: ChildEvents) {
    this.child = fork(join(programFolder, 'decodeProcess.js'), [], {
      // Nothing of a debugger's or a loader's arguments; Electron's program runs as Node.
      execArgv: [],
      env: {
        ...process.env,
        ELECTRON_RUN_AS_NODE: '1',
        NODE_OPTIONS: '',
        [memoryLimitVariable]: String(memoryLimitBytes),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.child.stderr?.on('data', (text: Buffer) => {
      this.output = (this.output + text.toString('utf8')).slice(-keptOutput);
    });
    this.child.on('message', (message) => {
      const answer = message as DecodeAnswer;
      if (answer.kind === 'ready') {
        this.isReady = true;
        events.onReady();
      } else events.onAnswer(answer);
    });
    const ended = (signal: NodeJS.Signals | null): void => {
      if (this.hasEnded) return;
      this.hasEnded = true;
      events.onEnd({
        wasReady: this.isReady,
        wasKilled: signal === 'SIGKILL',
        lastWords: this.output.trim(),
      });
    };
    this.child.on('error', (error) => {
      this.output += error.message;
      if (this.child.pid === undefined) ended(null);
    });
    this.child.on('exit', (_code, signal) => ended(signal));
  }

  send(command: DecodeCommand): void {
    // A process that is gone tells so by its end.
    this.child.send(command, () => undefined);
  }

  /** Ends it when it has nothing to do: it exits by itself. */
  release(): void {
    if (this.child.connected) this.child.disconnect();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Whether it keeps this process from ending. */
  holdParent(holds: boolean): void {
    const stderr = this.child.stderr as (NodeJS.ReadableStream & Partial<NodeJS.RefCounted>) | null;
    for (const handle of [this.child, this.child.channel, stderr]) {
      if (holds) handle?.ref?.();
      else handle?.unref?.();
    }
  }
}
