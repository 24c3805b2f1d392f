import * as vscode from 'vscode';

/** Thrown through a step when the user goes back. */
const back = Symbol('back');
/** Thrown through a step when the user dismisses the input. */
const dismissed = Symbol('dismissed');

/** One question. It may ask with the prompt as often as it likes; returning means the next step. */
export type Step = (prompt: Prompt) => Promise<void>;

export interface InputQuestion {
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  /** What is wrong with the value, or null. Runs with every key. */
  readonly validate?: (value: string) => string | null;
}

export interface PickQuestion<T extends vscode.QuickPickItem> {
  readonly placeholder: string;
  readonly items: readonly T[];
  /** The item that is highlighted at first. */
  readonly active?: T | undefined;
}

/**
 * Asks one question after the other, "Step n of N" with a Back button.
 * @returns false if the user dismissed it: the caller then does nothing at all.
 */
export async function runSteps(title: string, steps: readonly Step[]): Promise<boolean> {
  let index = 0;
  while (index < steps.length) {
    const step = steps[index];
    try {
      await step?.(new Prompt(title, index + 1, steps.length));
      index += 1;
    } catch (signal) {
      if (signal === dismissed) return false;
      if (signal !== back) throw signal;
      index -= 1;
    }
  }
  return true;
}

/** Asks the questions of one step. */
export class Prompt {
  private readonly title: string;
  private readonly step: number;
  private readonly totalSteps: number;

  constructor(title: string, step: number, totalSteps: number) {
    this.title = title;
    this.step = step;
    this.totalSteps = totalSteps;
  }

  /** A line of text, trimmed. */
  async input(question: InputQuestion): Promise<string> {
    const box = vscode.window.createInputBox();
    this.prepare(box);
    box.prompt = question.prompt;
    box.value = question.value ?? '';
    if (question.placeholder !== undefined) box.placeholder = question.placeholder;
    const problem = (): string | null => question.validate?.(box.value.trim()) ?? null;
    box.onDidChangeValue(() => {
      box.validationMessage = problem() ?? undefined;
    });
    return this.show(box, (accept) => {
      box.onDidAccept(() => {
        const found = problem();
        box.validationMessage = found ?? undefined;
        if (found === null) accept(box.value.trim());
      });
    });
  }

  /** One of the items. */
  async pick<T extends vscode.QuickPickItem>(question: PickQuestion<T>): Promise<T> {
    const pick = vscode.window.createQuickPick<T>();
    this.prepare(pick);
    pick.placeholder = question.placeholder;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = question.items;
    if (question.active) pick.activeItems = [question.active];
    return this.show(pick, (accept) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) accept(chosen);
      });
    });
  }

  private prepare(input: vscode.QuickInput): void {
    input.title = this.title;
    // Looking something up in another window must not throw away what was typed.
    input.ignoreFocusOut = true;
    if (this.totalSteps > 1) {
      input.step = this.step;
      input.totalSteps = this.totalSteps;
    }
  }

  private async show<T>(
    input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
    onAccept: (accept: (value: T) => void) => void,
  ): Promise<T> {
    if (this.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
    try {
      return await new Promise<T>((resolve, reject) => {
        onAccept(resolve);
        input.onDidTriggerButton((button) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal, not an error
          if (button === vscode.QuickInputButtons.Back) reject(back);
        });
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal, not an error
        input.onDidHide(() => reject(dismissed));
        input.show();
      });
    } finally {
      input.dispose();
    }
  }
}
