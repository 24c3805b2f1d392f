import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { PreviewActivity, PreviewForecast } from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';

export interface ImportBarProps {
  readonly strings: PreviewStrings;
  readonly forecast: PreviewForecast | null;
  /** What the import takes out of the catalog, or null. */
  readonly replaced: string | null;
  readonly activity: PreviewActivity | null;
  readonly cancelling: boolean;
  readonly onImport: () => void;
  readonly onCancel: () => void;
  readonly onShowJob: () => void;
  readonly onScanAgain: () => void;
}

/**
 * The foot of the preview: start, course and end of the import. The buttons are at its start: at its end the editor's
 * notifications would cover them.
 */
export function importBar(props: ImportBarProps): TemplateResult {
  const { activity } = props;
  return html`<footer class="import-bar">
    ${activity?.state === 'running' ? running(props, activity) : idle(props)}
  </footer>`;
}

function running(props: ImportBarProps, activity: PreviewActivity): TemplateResult {
  const { strings } = props;
  return html`<vscode-button secondary ?disabled=${props.cancelling} @click=${props.onCancel}
      >${props.cancelling ? strings.cancelling : strings.cancel}</vscode-button
    >
    <div class="progress">
      <vscode-progress-bar
        .value=${activity.percent ?? Number.NaN}
        .max=${100}
        aria-label=${activity.text}
      ></vscode-progress-bar>
      <span class="progress-text">${activity.text}</span>
    </div>`;
}

function idle(props: ImportBarProps): TemplateResult {
  const { strings, forecast } = props;
  const blocked = forecast?.blocked ?? null;
  return html`<div class="actions">
      <vscode-button
        class="import"
        ?disabled=${forecast === null || blocked !== null}
        aria-describedby=${blocked === null ? nothing : 'import-blocked'}
        @click=${props.onImport}
        >${forecast?.importLabel ?? strings.loading}</vscode-button
      >
      <vscode-button secondary @click=${props.onScanAgain}>${strings.scanAgain}</vscode-button>
    </div>
    <div class="summary">
      <span class="selection" aria-live="polite">${forecast?.selectionText ?? ''}</span>
      ${
        props.replaced === null
          ? nothing
          : html`<span class="replaced"
              ><i class="codicon codicon-arrow-swap" aria-hidden="true"></i> ${props.replaced}</span
            >`
      }
      ${
        blocked === null
          ? nothing
          : html`<span class="blocked" id="import-blocked"
              ><i class="codicon codicon-info" aria-hidden="true"></i> ${blocked}</span
            >`
      }
    </div>`;
}

/** How the last import ended. */
export function resultMessage(
  strings: PreviewStrings,
  activity: PreviewActivity,
  onShowJob: () => void,
): TemplateResult {
  const icons: Record<string, string> = { SUCCESS: 'pass', CANCELLED: 'circle-slash' };
  const icon = icons[activity.jobStatus ?? ''] ?? 'warning';
  return html`<div class="message result ${icon}" role="status">
    <i class="codicon codicon-${icon}" aria-hidden="true"></i>
    <span>${activity.text}</span>
    ${
      activity.hasJob
        ? html`<vscode-button secondary @click=${onShowJob}>${strings.showJob}</vscode-button>`
        : nothing
    }
  </div>`;
}
