import type {
  DeleteForecast,
  DeleteImagesRequest,
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { Page } from './shared.js';

/** Work on files that are in the catalog. */
export interface FileOperations {
  /** What a deletion would do; reads the managed files that would go. */
  forecastDelete(input: DeleteImagesRequest, control?: OperationControl): Promise<DeleteForecast>;
  /** Takes images out of the catalog; managed files go to the trash if asked, referenced ones are never touched. */
  deleteImages(
    input: DeleteImagesRequest,
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Brings back what a deletion took out, until the trash is emptied. */
  undoFileOperation(
    input: { readonly operationId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Newest first. */
  listFileOperations(
    input: { readonly catalogId?: string } & Page,
  ): Promise<{ total: number; operations: FileOperation[] }>;
  /** Removes for good what deletions moved to the trash. */
  emptyTrash(
    input: { readonly catalogId: string; readonly operationId?: string },
    control?: OperationControl,
  ): Promise<EmptiedTrash>;
}
