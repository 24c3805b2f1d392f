import type { ErrorCode, ErrorData } from '../../model/errors.js';
import type { PictureRequest, PictureResult } from '../../model/picture.js';
import type { DecodeLimits } from './decodeLimits.js';

/** To a decoding process. */
export interface DecodeCommand {
  readonly id: number;
  readonly request: PictureRequest;
  readonly limits: DecodeLimits;
}

/** From a decoding process: first that it is ready, then one answer for each command. */
export type DecodeAnswer =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: PictureResult;
      readonly memoryBytes: number;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly code: ErrorCode;
      readonly data: ErrorData;
      readonly memoryBytes: number;
    };

/** The environment variable that tells a decoding process how many bytes of memory it may use. */
export const memoryLimitVariable = 'IMAGE_CATALOG_DECODE_MEMORY';
