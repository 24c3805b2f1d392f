import type { Actor } from './actor.js';
import { AuditLogRepository } from './auditLogRepository.js';
import { BurstRepository } from './burstRepository.js';
import { CatalogRepository } from './catalogRepository.js';
import { ConversionRepository } from './conversionRepository.js';
import type { SqlDriver } from './driver.js';
import { DuplicateDecisionRepository } from './duplicateDecisionRepository.js';
import { DuplicateMergeRepository } from './duplicateMergeRepository.js';
import { DuplicateRepository } from './duplicateRepository.js';
import { FileCheckRepository } from './fileCheckRepository.js';
import { FileOperationRepository } from './fileOperationRepository.js';
import { ImageIndexRepository } from './imageIndexRepository.js';
import { ImageRepository } from './imageRepository.js';
import { ImageTileRepository } from './imageTileRepository.js';
import { ImportItemRepository } from './importItemRepository.js';
import { ImportReplacementRepository } from './importReplacementRepository.js';
import { ImportJobRepository } from './importJobRepository.js';
import { LookAlikeRepository } from './lookAlikeRepository.js';
import { PictureRepository } from './pictureRepository.js';
import { MigrationRepository } from './migrationRepository.js';
import { RelocationRepository } from './relocationRepository.js';
import { RemovedImageRepository } from './removedImageRepository.js';
import { ScanFileRepository } from './scanFileRepository.js';
import { ScanRepository } from './scanRepository.js';
import { SourceFileRepository } from './sourceFileRepository.js';
import { SourceRepository } from './sourceRepository.js';
import { StorageRepository } from './storageRepository.js';
import { TagRepository } from './tagRepository.js';

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
  readonly importReplacements: ImportReplacementRepository;
  readonly images: ImageRepository;
  readonly imageTiles: ImageTileRepository;
  readonly imageIndex: ImageIndexRepository;
  readonly pictures: PictureRepository;
  readonly auditLog: AuditLogRepository;
  readonly fileChecks: FileCheckRepository;
  readonly fileOperations: FileOperationRepository;
  readonly relocations: RelocationRepository;
  readonly conversions: ConversionRepository;
  readonly removedImages: RemovedImageRepository;
  readonly storage: StorageRepository;
  readonly tags: TagRepository;
  readonly bursts: BurstRepository;
  readonly duplicates: DuplicateRepository;
  readonly lookAlikes: LookAlikeRepository;
  readonly duplicateDecisions: DuplicateDecisionRepository;
  readonly duplicateMerges: DuplicateMergeRepository;
  readonly migrations: MigrationRepository;
  private readonly onClose: () => Promise<void> | void;
  private closing: Promise<void> | null = null;

  /**
   * @param onClose runs after the connection is closed: releases the lock or removes the copy
   * @param actor who is noted in the audit log
   */
  constructor(
    driver: SqlDriver,
    onClose: () => Promise<void> | void = () => undefined,
    actor?: Actor,
  ) {
    this.driver = driver;
    this.onClose = onClose;
    this.catalogs = new CatalogRepository(driver);
    this.sources = new SourceRepository(driver);
    this.scans = new ScanRepository(driver);
    this.sourceFiles = new SourceFileRepository(driver);
    this.importJobs = new ImportJobRepository(driver);
    this.importItems = new ImportItemRepository(driver);
    this.importReplacements = new ImportReplacementRepository(driver);
    this.lookAlikes = new LookAlikeRepository(driver);
    this.auditLog = new AuditLogRepository(driver, actor);
    this.fileChecks = new FileCheckRepository(driver);
    this.fileOperations = new FileOperationRepository(driver);
    this.relocations = new RelocationRepository(driver);
    this.conversions = new ConversionRepository(driver);
    this.removedImages = new RemovedImageRepository(driver);
    this.storage = new StorageRepository(driver);
    this.tags = new TagRepository(driver);
    this.bursts = new BurstRepository(driver);
    this.duplicateDecisions = new DuplicateDecisionRepository(driver);
    this.duplicateMerges = new DuplicateMergeRepository(driver);
    this.migrations = new MigrationRepository(driver);
    const managedRoot = (catalogId: string): string | null =>
      this.catalogs.managedDirectory(catalogId);
    this.scanFiles = new ScanFileRepository(driver, managedRoot);
    this.images = new ImageRepository(driver, managedRoot);
    this.duplicates = new DuplicateRepository(driver, managedRoot);
    this.imageTiles = new ImageTileRepository(driver, managedRoot);
    this.imageIndex = new ImageIndexRepository(driver);
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
