/** Arguments that keybindings and other programs give to commands: one plain object, of no known shape. */
export type CommandArguments = Readonly<Record<string, unknown>>;

/** The argument if it is a plain object; tree nodes and resources are objects of a class. */
export function argumentsOf(value: unknown): CommandArguments | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getPrototypeOf(value) === Object.prototype
    ? (value as CommandArguments)
    : undefined;
}

export function stringOf(args: CommandArguments | undefined, name: string): string | undefined {
  const value = args?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Undefined if absent or of another type, null only if null was given. */
export function nullableStringOf(
  args: CommandArguments | undefined,
  name: string,
): string | null | undefined {
  return args?.[name] === null ? null : stringOf(args, name);
}

/** The menus of webviews pass a plain object too: what `data-vscode-context` says. */
export function isMenuOfWebview(value: unknown): boolean {
  return stringOf(argumentsOf(value), 'webviewSection') !== undefined;
}

/** A program's arguments: it gets the result and the errors, and is not asked. */
export function isFromProgram(value: unknown): boolean {
  return argumentsOf(value) !== undefined && !isMenuOfWebview(value);
}

/** A list of texts, or undefined for anything else. */
export function stringsOf(
  args: CommandArguments | undefined,
  name: string,
): readonly string[] | undefined {
  const value = args?.[name];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
    ? value
    : undefined;
}

export function numberOf(args: CommandArguments | undefined, name: string): number | undefined {
  const value = args?.[name];
  return typeof value === 'number' ? value : undefined;
}

export function booleanOf(args: CommandArguments | undefined, name: string): boolean {
  return args?.[name] === true;
}

/** The value if it is one of the choices. */
export function choiceOf<T extends string>(
  args: CommandArguments | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = stringOf(args, name);
  return choices.find((choice) => choice === value);
}
