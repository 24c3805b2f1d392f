import type {
  AcceptEditedRequest,
  AcceptReport,
  CheckFilesRequest,
  CheckReport,
  MarkedFile,
  RelocateReport,
  RelocateRequest,
  VerifyReport,
  VerifyRequest,
} from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';

/** Whether the files of the catalog are there and what they were. None of these writes to a photo. */
export interface IntegrityOperations {
  /**
   * Looks up the files of images: missing, out of reach, changed. Rejects with BUSY, in the background also with
   * CANCELLED when other work begins.
   */
  checkFiles(input: CheckFilesRequest, control?: OperationControl): Promise<CheckReport>;
  /** The first files of all catalogs that are marked as missing, or as changed or damaged; reads the catalog only. */
  listMarkedFiles(input: {
    readonly marks: 'missing' | 'changed';
    readonly limit: number;
  }): Promise<MarkedFile[]>;
  /** Tells the catalog that a file or folder is at another place now. */
  relocateFiles(input: RelocateRequest, control?: OperationControl): Promise<RelocateReport>;
  /** Reads managed files and compares them with their checksums. A cancelled run reports what it read until then. */
  verifyFiles(input: VerifyRequest, control?: OperationControl): Promise<VerifyReport>;
  /** Takes the present content of edited files for theirs. */
  acceptEdited(input: AcceptEditedRequest, control?: OperationControl): Promise<AcceptReport>;
}
