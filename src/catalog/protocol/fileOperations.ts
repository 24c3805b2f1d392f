import type {
  ConvertRequest,
  DeleteCatalogForecast,
  DeleteForecast,
  DeleteImagesRequest,
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
  MoveForecast,
  ReorganizeRequest,
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
  /** What a conversion would do: figures, and a page of the files with their new places; limit Infinity for all. */
  forecastConvert(input: ConvertRequest & Page, control?: OperationControl): Promise<MoveForecast>;
  /** Copies referenced files into the managed directory; the originals stay. */
  convertToManaged(input: ConvertRequest, control?: OperationControl): Promise<FileOperationReport>;
  /** What a reorganization would do, likewise with their old and new places. */
  forecastReorganize(
    input: ReorganizeRequest & Page,
    control?: OperationControl,
  ): Promise<MoveForecast>;
  /** Moves managed files within the managed directory to where a strategy puts them. */
  reorganizeFiles(
    input: ReorganizeRequest,
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** @param input.deleteFiles its files are to go as well: requires what deleting them does, and names them */
  forecastDeleteCatalog(input: {
    readonly catalogId: string;
    readonly deleteFiles?: boolean;
  }): Promise<DeleteCatalogForecast>;
  /**
   * Removes a catalog. With its files: only if every managed file could go to the trash; else the catalog stays with
   * what is left, and the deletion can be undone.
   */
  deleteCatalogWithFiles(
    input: { readonly catalogId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Takes back what an operation did, as far as nothing was changed since; deletions until the trash is emptied. */
  undoFileOperation(
    input: { readonly operationId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Goes on with an operation that was interrupted or cancelled: one undo takes back all that it did. */
  resumeFileOperation(
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
