export type LogLevel = 'info' | 'warn' | 'error';

/** Receives the engine's messages for the log; in English, one line each. */
export type Log = (level: LogLevel, message: string) => void;
