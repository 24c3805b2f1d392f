import type { ErrorCode } from '../../model/errors.js';

/** The codes of pictures that cannot be decoded, all but those that only the parent can see. */
export type DecodeFailureCode = Extract<
  ErrorCode,
  'PICTURE_UNSUPPORTED' | 'PICTURE_DAMAGED' | 'PICTURE_TOO_LARGE'
>;

/** Why a picture could not be decoded. Knows no path: who asked adds it. */
export class DecodeFailure extends Error {
  override readonly name = 'DecodeFailure';
  readonly code: DecodeFailureCode;

  /** @param detail what to say after "is damaged: " and the like */
  constructor(code: DecodeFailureCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
