const prefix = '.imgcat-';

/** The name of a file that is not finished yet, in the folder that it is for. Scans pass by such names. */
export const temporaryName = (id: string): string => `${prefix}${id}.part`;

/** True for names that only this program gives. */
export const isTemporaryName = (name: string): boolean => name.startsWith(prefix);
