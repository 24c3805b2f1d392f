/** A range of a file, or a text that stands for something small about the picture. */
export type Part = { readonly offset: number; readonly length: number } | string;
