import fs from 'node:fs';
import os from 'node:os';

/** Names a process so that another one with the same number is not taken for it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Different after every start of the computer; null where the system does not tell. */
  readonly bootId: string | null;
  /** Containers count processes on their own; null where there are none. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Start time of the process in the system's own unit; null where it does not tell. */
  readonly processStart: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return {
    host: os.hostname(),
    bootId: readOrNull(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOrNull(() => fs.readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStart: processStart(process.pid),
  };
}

/** True if the process of this computer still runs and is the same one. */
export function isRunning(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const start = processStart(identity.pid);
  return start === null || identity.processStart === null || start === identity.processStart;
}

/** Field 22 of /proc/<pid>/stat; the name before it can hold spaces and parentheses. */
function processStart(pid: number): string | null {
  return readOrNull(() => {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  });
}

function readOrNull(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
