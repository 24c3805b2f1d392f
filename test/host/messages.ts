import * as vscode from 'vscode';

/** A message as it was shown. */
export interface ShownMessage {
  readonly text: string;
  /** Of a modal one, else ''. */
  readonly detail: string;
  readonly isModal: boolean;
  readonly buttons: readonly string[];
}

export interface Messages extends vscode.Disposable {
  readonly shown: readonly ShownMessage[];
}

const kinds = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

/**
 * Stands in for the person until it is disposed: no message is shown, each is written down and answered.
 * @param answer the button to press; undefined, or one that is not there, dismisses
 */
export function answerMessages(answer: (message: ShownMessage) => string | undefined): Messages {
  const shown: ShownMessage[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = kinds.map((kind) => [kind, window[kind]] as const);
  for (const kind of kinds) {
    window[kind] = (text: string, ...rest: readonly unknown[]) => {
      const options = rest.find((each) => typeof each === 'object') as
        vscode.MessageOptions | undefined;
      const message = {
        text,
        detail: options?.detail ?? '',
        isModal: options?.modal === true,
        buttons: rest.filter((each) => typeof each === 'string'),
      };
      shown.push(message);
      const button = answer(message);
      const isThere = button !== undefined && message.buttons.includes(button);
      return Promise.resolve(isThere ? button : undefined);
    };
  }
  return {
    shown,
    dispose: () => {
      for (const [kind, show] of before) window[kind] = show;
    },
  };
}
