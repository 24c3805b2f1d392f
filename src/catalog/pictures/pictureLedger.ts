import { CatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { EngineNotifications } from '../protocol.js';
import type { PictureRepository, PictureUpdate } from '../store/pictureRepository.js';

const intervalMs = 200;
const mostAtOnce = 100;

/** Collects what became of pictures for a moment, then writes it in one commit and tells it in one notification. */
export class PictureLedger {
  #pictures: PictureRepository | null;
  #stopped = false;
  readonly #tell: (event: EngineNotifications['pictures']) => void;
  readonly #log: Log;
  readonly #updates = new Map<string, PictureUpdate>();
  readonly #ready = new Set<string>();
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param pictures null where nothing may be written: it is then only told */
  constructor(
    pictures: PictureRepository | null,
    tell: (event: EngineNotifications['pictures']) => void,
    log: Log,
  ) {
    this.#pictures = pictures;
    this.#tell = tell;
    this.#log = log;
  }

  /** @param update null if the row stays as it is */
  note(imageId: string, ready: boolean, update: PictureUpdate | null): void {
    if (this.#stopped) return;
    (ready ? this.#ready : this.#failed).add(imageId);
    (ready ? this.#failed : this.#ready).delete(imageId);
    if (update) this.#updates.set(imageId, update);
    if (this.#updates.size >= mostAtOnce) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), intervalMs);
  }

  /** Takes nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#pictures = null;
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const updates = [...this.#updates.values()];
    this.#updates.clear();
    try {
      if (updates.length > 0) this.#pictures?.save(updates);
    } catch (error) {
      // The pictures are there all the same; the rows stay pending and are written another time.
      const { message } = error instanceof CatalogError ? error : new Error(String(error));
      this.#log('warn', `The results of ${updates.length} pictures were not kept: ${message}`);
    }
    if (this.#ready.size + this.#failed.size === 0) return;
    const event = { ready: [...this.#ready], failed: [...this.#failed] };
    this.#ready.clear();
    this.#failed.clear();
    this.#tell(event);
  }
}
