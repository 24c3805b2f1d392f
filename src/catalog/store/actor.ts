import os from 'node:os';

/** Who writes to a catalog file, for its audit log. */
export interface Actor {
  readonly user: string | null;
  readonly program: string | null;
}

/** The user that the system runs this process for. */
export function currentActor(program: string | null): Actor {
  try {
    return { user: os.userInfo().username, program };
  } catch {
    // A user id without a name.
    return { user: null, program };
  }
}
