import { AuditLogRepository } from './auditLogRepository.js';
import { CatalogRepository } from './catalogRepository.js';
import type { SqlDriver } from './driver.js';
import { ImageRepository } from './imageRepository.js';
import { ImportItemRepository } from './importItemRepository.js';
import { ImportJobRepository } from './importJobRepository.js';
import { PictureRepository } from './pictureRepository.js';
import { ScanFileRepository } from './scanFileRepository.js';
import { ScanRepository } from './scanRepository.js';
import { SourceFileRepository } from './sourceFileRepository.js';
import { SourceRepository } from './sourceRepository.js';

/** An open catalog file: one repository per table. */
export class CatalogStore {
  readonly driver: SqlDriver;
  readonly catalogs: CatalogRepository;
  readonly sources: SourceRepository;
  readonly scans: ScanRepository;
  readonly scanFiles: ScanFileRepository;
  readonly sourceFiles: SourceFileRepository;
  readonly importJobs: ImportJobRepository;
  readonly importItems: ImportItemRepository;
  readonly images: ImageRepository;
  readonly pictures: PictureRepository;
  readonly auditLog: AuditLogRepository;
  private readonly onClose: () => Promise<void> | void;
  private closing: Promise<void> | null = null;

  /** @param onClose runs after the connection is closed: releases the lock or removes the copy */
  constructor(driver: SqlDriver, onClose: () => Promise<void> | void = () => undefined) {
    this.driver = driver;
    this.onClose = onClose;
    this.catalogs = new CatalogRepository(driver);
    this.sources = new SourceRepository(driver);
    this.scans = new ScanRepository(driver);
    this.sourceFiles = new SourceFileRepository(driver);
    this.importJobs = new ImportJobRepository(driver);
    this.importItems = new ImportItemRepository(driver);
    this.auditLog = new AuditLogRepository(driver);
    const managedRoot = (catalogId: string): string | null =>
      this.catalogs.managedDirectory(catalogId);
    this.scanFiles = new ScanFileRepository(driver, managedRoot);
    this.images = new ImageRepository(driver, managedRoot);
    this.pictures = new PictureRepository(driver, managedRoot);
  }

  get readOnly(): boolean {
    return this.driver.readOnly;
  }

  /** One durable commit for everything the work writes; all is undone if it throws. */
  transaction<T>(work: () => T): T {
    return this.driver.transaction(work);
  }

  /** Closes the file and gives up the lock. May be called twice. */
  close(): Promise<void> {
    this.closing ??= (async () => {
      try {
        this.driver.close();
      } finally {
        await this.onClose();
      }
    })();
    return this.closing;
  }
}
