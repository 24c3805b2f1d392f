/** What one picture may cost. */
export interface DecodeLimits {
  /** Width times height as the file's header says. */
  readonly maximumPixels: number;
  /** Bytes of a file that is decoded as a whole. */
  readonly maximumFileBytes: number;
}

export const defaultMaximumPixels = 100_000_000;
export const defaultMaximumFileBytes = 256 * 1024 * 1024;
