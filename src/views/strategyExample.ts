/** What each organization strategy makes of one example photo. Neither `vscode` nor the DOM is used here. */
import type {
  DirectoryStructure,
  NamingStrategy,
  OrganizationStrategy,
} from '../catalog/model/organizationStrategy.js';

/** The photo behind the examples. */
export const examplePhoto = {
  name: 'IMG_4837.jpg',
  capturedAt: '2023-06-15T14:30:52',
  checksum: 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
} as const;

/** Folder of the example photo; empty for FLAT. */
export const exampleFolders: Readonly<Record<DirectoryStructure, string>> = {
  YEAR_SLASH_MONTH_DAY: '2023/06-15',
  YEAR_SLASH_MONTH: '2023/06',
  YEAR_MONTH: '2023-06',
  YEAR_MONTH_DAY: '2023-06-15',
  YEAR_ONLY: '2023',
  FLAT: '',
};

/** File name of the example photo; the full checksum of CHECKSUM is shortened with an ellipsis. */
export const exampleNames: Readonly<Record<NamingStrategy, string>> = {
  TIME_CHECKSUM: '143052_a1b2c3d4.jpg',
  DATE_TIME_CHECKSUM: '2023-06-15_143052_a1b2c3d4.jpg',
  DATE_TIME_ORIGINAL: '2023-06-15_143052_IMG_4837.jpg',
  ORIGINAL: 'IMG_4837.jpg',
  CHECKSUM: 'a1b2c3d4e5f6….jpg',
};

/** Where the example photo would go: `2023/06-15/143052_a1b2c3d4.jpg`. */
export function exampleDestination(strategy: OrganizationStrategy): string {
  const folder = exampleFolders[strategy.directoryStructure];
  const name = exampleNames[strategy.namingStrategy];
  return folder === '' ? name : `${folder}/${name}`;
}
