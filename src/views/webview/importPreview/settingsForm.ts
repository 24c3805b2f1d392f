import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-radio/index.js';
import '@vscode-elements/elements/dist/vscode-radio-group/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { importModes, type ImportMode } from '../../../catalog/model/importJob.js';
import {
  directoryStructures,
  formatOrganizationStrategy,
  namingStrategies,
  parseOrganizationStrategy,
  type OrganizationStrategy,
} from '../../../catalog/model/organizationStrategy.js';
import type { PreviewForecast, PreviewSettings } from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';

export interface SettingsFormProps {
  readonly strings: PreviewStrings;
  readonly settings: PreviewSettings;
  readonly skipDuplicates: boolean;
  readonly forecast: PreviewForecast | null;
  readonly disabled: boolean;
  readonly hasDuplicates: boolean;
  readonly onSettings: (settings: PreviewSettings) => void;
  readonly onSkipDuplicates: (skip: boolean) => void;
  readonly onChooseDirectory: () => void;
}

/** How to import: mode, folders and names, and what it would mean. */
export function settingsForm(props: SettingsFormProps): TemplateResult {
  const { strings, settings, forecast } = props;
  const stored = settings.importMode !== 'reference';
  return html`<section class="settings" aria-label=${strings.settings}>
    ${modeChoice(props)}${stored ? strategyChoice(props) : nothing}
    ${
      forecast
        ? html`<div class="field">
            <span class="field-label">${strings.destination}</span>
            <span class="field-value">
              <span class="path">${forecast.destination}</span>
              ${
                forecast.space === null
                  ? nothing
                  : html`<span class=${forecast.enoughSpace ? 'hint' : 'problem'}
                      >${forecast.space}</span
                    >`
              }
              ${
                forecast.needsManagedDirectory
                  ? html`<vscode-button secondary @click=${props.onChooseDirectory}
                      >${strings.chooseManagedDirectory}</vscode-button
                    >`
                  : nothing
              }
            </span>
          </div>`
        : nothing
    }
    <div class="field checks">
      ${
        props.hasDuplicates
          ? html`<vscode-checkbox
              title=${strings.skipDuplicatesHelp}
              label=${strings.skipDuplicates}
              .checked=${props.skipDuplicates}
              ?disabled=${props.disabled}
              @change=${(event: Event) =>
                props.onSkipDuplicates((event.target as HTMLInputElement).checked)}
            ></vscode-checkbox>`
          : nothing
      }
      ${
        stored
          ? html`<vscode-checkbox
              title=${strings.undatedHelp}
              label=${strings.undated}
              .checked=${settings.undatedByModificationDate}
              ?disabled=${props.disabled}
              @change=${(event: Event) =>
                props.onSettings({
                  ...settings,
                  undatedByModificationDate: (event.target as HTMLInputElement).checked,
                })}
            ></vscode-checkbox>`
          : nothing
      }
      ${forecast?.undated ? html`<span class="hint">${forecast.undated}</span>` : nothing}
    </div>
  </section>`;
}

function modeChoice(props: SettingsFormProps): TemplateResult {
  const { strings, settings } = props;
  const choose = (radio: HTMLInputElement): void => {
    const importMode = radio.value as ImportMode;
    if (importMode !== settings.importMode) props.onSettings({ ...settings, importMode });
  };
  // The group checks another radio on an arrow key, before this listener, but fires no change event for it.
  const onKey = (event: KeyboardEvent): void => {
    if (!event.key.startsWith('Arrow')) return;
    const radios = (event.currentTarget as HTMLElement).querySelectorAll('vscode-radio');
    const checked = [...radios].find((radio) => radio.checked);
    if (checked) choose(checked as unknown as HTMLInputElement);
  };
  const labels = {
    reference: strings.modeReference,
    copy: strings.modeCopy,
    move: strings.modeMove,
  };
  const helps = {
    reference: strings.modeReferenceHelp,
    copy: strings.modeCopyHelp,
    move: strings.modeMoveHelp,
  };
  return html`<div class="field">
    <span class="field-label" id="mode-label">${strings.mode}</span>
    <span class="field-value">
      <vscode-radio-group
        aria-labelledby="mode-label"
        aria-describedby="mode-help"
        @change=${(event: Event) => choose(event.target as HTMLInputElement)}
        @keydown=${onKey}
      >
        ${importModes.map(
          (mode) =>
            html`<vscode-radio
              name="mode"
              value=${mode}
              label=${labels[mode]}
              .checked=${settings.importMode === mode}
              ?disabled=${props.disabled}
            ></vscode-radio>`,
        )}
      </vscode-radio-group>
      <span id="mode-help" class=${settings.importMode === 'move' ? 'caution' : 'hint'}>
        ${
          settings.importMode === 'move'
            ? html`<i class="codicon codicon-warning" aria-hidden="true"></i>`
            : nothing
        }
        ${helps[settings.importMode]}</span
      >
    </span>
  </div>`;
}

function strategyChoice(props: SettingsFormProps): TemplateResult {
  const { strings, settings, forecast } = props;
  const strategy = parseOrganizationStrategy(settings.organizationStrategy);
  const change = (part: Partial<OrganizationStrategy>): void =>
    props.onSettings({
      ...settings,
      organizationStrategy: formatOrganizationStrategy({ ...strategy, ...part }),
    });
  return html`<div class="field">
      <span class="field-label">${strings.structure}</span>
      <vscode-single-select
        label=${strings.structure}
        .value=${strategy.directoryStructure}
        ?disabled=${props.disabled}
        @change=${(event: Event) =>
          change({
            directoryStructure: (event.target as HTMLSelectElement)
              .value as OrganizationStrategy['directoryStructure'],
          })}
      >
        ${directoryStructures.map(
          (value) =>
            html`<vscode-option value=${value} ?selected=${value === strategy.directoryStructure}
              >${strings.structures[value]}</vscode-option
            >`,
        )}
      </vscode-single-select>
    </div>
    <div class="field">
      <span class="field-label">${strings.naming}</span>
      <span class="field-value">
        <vscode-single-select
          label=${strings.naming}
          .value=${strategy.namingStrategy}
          ?disabled=${props.disabled}
          @change=${(event: Event) =>
            change({
              namingStrategy: (event.target as HTMLSelectElement)
                .value as OrganizationStrategy['namingStrategy'],
            })}
        >
          ${namingStrategies.map(
            (value) =>
              html`<vscode-option value=${value} ?selected=${value === strategy.namingStrategy}
                >${strings.namings[value]}</vscode-option
              >`,
          )}
        </vscode-single-select>
        ${
          forecast?.example
            ? html`<span class="hint"
                >${strings.example}: <span class="path">${forecast.example}</span></span
              >`
            : nothing
        }
      </span>
    </div>`;
}
