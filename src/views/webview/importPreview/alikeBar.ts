import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { AlikeOverview, AlikeProgress, PreviewRequests } from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';

type ForAll = PreviewRequests['decideAlikes']['params']['decision'];

export interface AlikeBarProps {
  readonly strings: PreviewStrings;
  readonly alikes: AlikeOverview;
  readonly progress: AlikeProgress | null;
  readonly disabled: boolean;
  readonly onFind: () => void;
  readonly onCancel: () => void;
  readonly onAll: (decision: ForAll) => void;
}

/** Above the look-alikes: starts looking for them, its course, and what decides them all. */
export function alikeBar(props: AlikeBarProps): TemplateResult {
  const { strings, alikes, progress, disabled } = props;
  const choices: readonly (readonly [ForAll, string])[] = [
    ['suggested', strings.alikesSuggested],
    ['skip', strings.alikesSkipAll],
    ['import', strings.alikesImportAll],
    ['replace', strings.alikesReplaceAll],
  ];
  return html`<div class="alike-bar">
    <div class="alike-find">
      ${
        progress
          ? html`<vscode-button secondary @click=${props.onCancel}>${strings.cancel}</vscode-button>
              <div class="progress">
                <vscode-progress-bar
                  .value=${progress.percent ?? Number.NaN}
                  .max=${100}
                  aria-label=${progress.text}
                ></vscode-progress-bar>
                <span class="progress-text">${progress.text}</span>
              </div>`
          : html`<vscode-button
                ?secondary=${alikes.total !== null}
                ?disabled=${!alikes.canFind}
                @click=${props.onFind}
                >${alikes.total === null ? strings.alikesFind : strings.alikesFindAgain}</vscode-button
              >
              <span class="hint" role="status">${alikes.summary}</span>`
      }
    </div>
    ${
      (alikes.total ?? 0) > 0
        ? html`<div class="alike-all" role="group" aria-label=${strings.alikesForAll}>
            <span class="hint">${strings.alikesForAll}</span>
            ${choices.map(
              ([decision, label]) =>
                html`<vscode-button
                  secondary
                  ?disabled=${disabled}
                  @click=${() => props.onAll(decision)}
                  >${label}</vscode-button
                >`,
            )}
          </div>`
        : nothing
    }
  </div>`;
}
