import { CatalogError } from './errors.js';

export const directoryStructures = [
  'YEAR_MONTH',
  'YEAR_SLASH_MONTH',
  'YEAR_MONTH_DAY',
  'YEAR_ONLY',
  'YEAR_SLASH_MONTH_DAY',
  'FLAT',
] as const;
export type DirectoryStructure = (typeof directoryStructures)[number];

export const namingStrategies = [
  'DATE_TIME_CHECKSUM',
  'DATE_TIME_ORIGINAL',
  'ORIGINAL',
  'CHECKSUM',
  'TIME_CHECKSUM',
] as const;
export type NamingStrategy = (typeof namingStrategies)[number];

/** Folder and file name of an import: always the pair, written `YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM`. */
export interface OrganizationStrategy {
  readonly directoryStructure: DirectoryStructure;
  readonly namingStrategy: NamingStrategy;
}

export const defaultOrganizationStrategy: OrganizationStrategy = {
  directoryStructure: 'YEAR_SLASH_MONTH_DAY',
  namingStrategy: 'TIME_CHECKSUM',
};

const isDirectoryStructure = (word: string): word is DirectoryStructure =>
  (directoryStructures as readonly string[]).includes(word);
const isNamingStrategy = (word: string): word is NamingStrategy =>
  (namingStrategies as readonly string[]).includes(word);

/**
 * Reads a strategy pair; one word alone takes the other half from the default. Case does not matter.
 * @throws CatalogError STRATEGY_INVALID
 */
export function parseOrganizationStrategy(text: string): OrganizationStrategy {
  const words = text.trim().toUpperCase().split('/');
  const [first = '', second] = words;
  if (words.length === 1 && isDirectoryStructure(first)) {
    return { ...defaultOrganizationStrategy, directoryStructure: first };
  }
  if (words.length === 1 && isNamingStrategy(first)) {
    return { ...defaultOrganizationStrategy, namingStrategy: first };
  }
  if (
    words.length === 2 &&
    second !== undefined &&
    isDirectoryStructure(first) &&
    isNamingStrategy(second)
  ) {
    return { directoryStructure: first, namingStrategy: second };
  }
  throw new CatalogError('STRATEGY_INVALID', { strategy: text });
}

/** The canonical text of a strategy: the pair with a slash. */
export function formatOrganizationStrategy(strategy: OrganizationStrategy): string {
  return `${strategy.directoryStructure}/${strategy.namingStrategy}`;
}
