import { html, type TemplateResult } from 'lit';

/** A tab that is a figure at once. */
export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly count: number;
  readonly countText: string;
  /** A second line; undefined leaves no room for it. */
  readonly detail?: string | null;
}

/** Id of the element that the tabs control, and of a tab's own element. */
export const tabPanelId = 'files';
export function tabElementId(id: string): string {
  return `tab-${id}`;
}

/** Tabs with figures: one tab stop, arrow keys choose. */
export function tabStrip<Id extends string>(
  tabs: readonly Tab<Id>[],
  chosen: Id,
  onChoose: (id: Id) => void,
): TemplateResult {
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = tabs.findIndex(({ id }) => id === chosen) + step + tabs.length;
    const next = tabs[index % tabs.length];
    if (!next) return;
    onChoose(next.id);
    (event.currentTarget as HTMLElement)
      .querySelector<HTMLElement>(`#${tabElementId(next.id)}`)
      ?.focus();
  };
  return html`<div class="tiles" role="tablist" @keydown=${onKeyDown}>
    ${tabs.map(
      ({ id, label, count, countText, detail }) =>
        html`<button
          class="tile ${id} ${count === 0 ? 'none' : ''}"
          role="tab"
          id=${tabElementId(id)}
          aria-controls=${tabPanelId}
          aria-selected=${id === chosen}
          tabindex=${id === chosen ? 0 : -1}
          @click=${() => onChoose(id)}
        >
          <span class="tile-label">${label}</span>
          <span class="tile-count">${countText}</span>
          ${
            detail === undefined
              ? ''
              : html`<span class="tile-detail" title=${detail ?? ''}>${detail ?? ''}</span>`
          }
        </button>`,
    )}
  </div>`;
}
