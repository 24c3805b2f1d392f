import { LitElement } from 'lit';

/**
 * An element without a shadow root: the page's style sheet and the icon font apply to it, and ids that
 * ARIA attributes name are found.
 */
export class PageElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** The object that the host wrote into the page. */
export function readPageData<Data>(): Data {
  const text = document.getElementById('page-data')?.textContent ?? '{}';
  return JSON.parse(text) as Data;
}

/** A whole number with the grouping of the page's language: `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString(document.documentElement.lang || 'en');
}

/** Fills `{0}`, `{1}` … of a text that the host has translated; numbers are counts. */
export function fill(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)] ?? whole;
    return typeof value === 'number' ? countText(value) : value;
  });
}

/** Runs the last call only, when no other came for the time. */
export function debounce(work: () => void, delayMs: number): () => void {
  let timer: number | undefined;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(work, delayMs);
  };
}
