import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type {
  FileTab,
  PassedByRow,
  PreviewFolder,
  PreviewRow,
  PreviewThumbnail,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { fill } from '../shared/page.js';
import { loadingRow } from '../shared/pagedList.js';

/** A tick box that shows a state and leaves changing it to the list. Not a tab stop: Space on the row ticks. */
function tick(label: string, checked: boolean, indeterminate: boolean, disabled: boolean) {
  return html`<input
    type="checkbox"
    class="row-check"
    tabindex="-1"
    aria-label=${label}
    .checked=${live(checked)}
    .indeterminate=${live(indeterminate)}
    ?disabled=${disabled}
  />`;
}

/** The head of the columns, for the new files with a tick box for all. */
export function columnHeaders(
  strings: PreviewStrings,
  tab: FileTab | 'passedBy',
  all: {
    checked: boolean;
    indeterminate: boolean;
    disabled: boolean;
    onToggle: () => void;
  },
): TemplateResult {
  if (tab === 'passedBy') {
    return html`<span class="cell name" role="columnheader">${strings.columnName}</span>
      <span class="cell detail" role="columnheader">${strings.columnReason}</span>`;
  }
  const detail = {
    new: strings.columnDestination,
    duplicate: strings.columnMatch,
    error: strings.columnProblem,
  }[tab];
  return html`${
      tab === 'new'
        ? html`<span class="cell check" role="columnheader"
            ><input
              type="checkbox"
              class="head-check"
              aria-label=${strings.selectAll}
              title=${strings.selectAll}
              .checked=${live(all.checked)}
              .indeterminate=${live(all.indeterminate)}
              ?disabled=${all.disabled}
              @click=${(event: Event) => {
                event.preventDefault();
                all.onToggle();
              }}
          /></span>`
        : nothing
    }
    <span class="cell name" role="columnheader">${strings.columnName}</span>
    <span class="cell size" role="columnheader">${strings.columnSize}</span>
    <span class="cell captured" role="columnheader">${strings.columnCaptured}</span>
    <span class="cell detail" role="columnheader">${detail}</span>`;
}

export function folderRow(
  strings: PreviewStrings,
  folder: PreviewFolder,
  tab: FileTab,
  expanded: boolean,
  selectable: boolean,
): TemplateResult {
  const name = folder.name === '' ? strings.sourceFolder : folder.name;
  const count = folder.counts[tab];
  const all = folder.selectedCount === folder.counts.new;
  return html`${
      tab === 'new'
        ? html`<span class="cell check" role="gridcell"
            >${tick(
              fill(strings.selectFolder, name),
              all,
              folder.selectedCount > 0 && !all,
              !selectable,
            )}</span
          >`
        : nothing
    }
    <span class="cell name" role="gridcell">
      <i
        class="row-twistie codicon codicon-chevron-${expanded ? 'down' : 'right'}"
        aria-hidden="true"
      ></i>
      <span class="text" title=${name}>${name}</span>
      <span class="count"
        >${count === 1 ? strings.folderCountOne : fill(strings.folderCount, count)}</span
      >
      ${
        tab === 'new'
          ? html`<span class="count"
              >${
                all ? folder.sizeText : fill(strings.folderSelected, folder.selectedCount, count)
              }</span
            >`
          : nothing
      }
    </span>`;
}

export function fileRow(
  strings: PreviewStrings,
  file: PreviewRow | undefined,
  tab: FileTab,
  selectable: boolean,
  thumbnail: PreviewThumbnail | undefined,
): TemplateResult {
  if (!file) return loadingRow();
  return html`${
      tab === 'new'
        ? html`<span class="cell check" role="gridcell"
            >${tick(fill(strings.selectFile, file.name), file.selected, false, !selectable)}</span
          >`
        : nothing
    }
    <span class="cell name" role="gridcell">
      ${picture(strings, thumbnail, tab === 'error' ? 'circle-slash' : 'device-camera-video')}
      ${
        file.warnings.length > 0
          ? html`<i
              class="warning codicon codicon-warning"
              role="img"
              title=${file.warnings.join('\n')}
              aria-label=${fill(strings.warning, file.warnings.join('; '))}
            ></i>`
          : nothing
      }
      <span class="text" title=${file.name}>${file.name}</span>
      ${
        file.companions === null
          ? nothing
          : html`<span class="count" title=${file.companions}>${file.companions}</span>`
      }
    </span>
    <span class="cell size" role="gridcell">${file.size}</span>
    <span class="cell captured" role="gridcell" title=${file.capturedSource ?? ''}
      >${file.captured}</span
    >
    <span class="cell detail" role="gridcell" title=${file.detail}>${file.detail}</span>`;
}

/** A picture says nothing that the row does not say; why there is none is told. */
function picture(
  strings: PreviewStrings,
  thumbnail: PreviewThumbnail | undefined,
  placeholder: string,
): TemplateResult {
  if (thumbnail?.url) {
    return html`<span class="thumb"
      ><img src=${thumbnail.url} alt="" decoding="async" draggable="false"
    /></span>`;
  }
  if (!thumbnail) return html`<span class="thumb"></span>`;
  const { problem } = thumbnail;
  // Neither a picture nor a reason why there is none: a video, or a file whose row says what is wrong.
  return problem === null
    ? html`<span class="thumb"
        ><i class="codicon codicon-${placeholder}" aria-hidden="true"></i
      ></span>`
    : html`<span class="thumb"
        ><i
          class="codicon codicon-circle-slash"
          role="img"
          title=${problem}
          aria-label=${fill(strings.noThumbnail, problem)}
        ></i
      ></span>`;
}

export function passedByRow(row: PassedByRow | undefined): TemplateResult {
  if (!row) return loadingRow();
  return html`<span class="cell name" role="gridcell"
      ><span class="text" title=${row.path}>${row.path}</span></span
    >
    <span class="cell detail" role="gridcell" title=${row.reason}>${row.reason}</span>`;
}
