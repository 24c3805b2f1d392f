import { html, nothing, type TemplateResult } from 'lit';
import { hashMethods } from '../../../catalog/model/duplicates.js';
import {
  duplicatePlaces,
  duplicateReviews,
  duplicateScopes,
  duplicateSorts,
  type DuplicatesReady,
  type DuplicatesView,
} from '../../duplicatesProtocol.js';
import type { DuplicatesStrings } from '../../duplicatesStrings.js';

interface FilterBar {
  readonly strings: DuplicatesStrings;
  readonly model: DuplicatesReady;
  readonly view: DuplicatesView;
  readonly onChange: (part: Partial<DuplicatesView>) => void;
}

/** What is compared, and which groups are shown in which order. */
export function renderFilters({ strings, model, view, onChange }: FilterBar): TemplateResult {
  const bySource = (
    label: string,
    chosen: string | null,
    change: (id: string | null) => void,
  ): TemplateResult =>
    choice(
      label,
      [
        { value: '', text: strings.anySource },
        ...model.sources.map(({ id, name }) => ({ value: id, text: name })),
      ],
      chosen ?? '',
      (value) => change(value === '' ? null : value),
    );
  return html`<div class="filters" role="group" aria-label=${strings.filters}>
    ${words(strings.scope, duplicateScopes, strings.scopes, view.scope, (scope) => onChange({ scope }))}
    ${
      model.sources.length < 2
        ? nothing
        : html`${bySource(strings.sourceA, view.sourceA, (sourceA) => onChange({ sourceA }))}
          ${bySource(strings.sourceB, view.sourceB, (sourceB) => onChange({ sourceB }))}`
    }
    ${words(strings.place, duplicatePlaces, strings.places, view.place, (place) => onChange({ place }))}
    ${words(strings.review, duplicateReviews, strings.reviews, view.review, (review) => onChange({ review }))}
    <label class="choice"
      ><span>${strings.folder}</span
      ><input
        class="folder"
        type="text"
        spellcheck="false"
        placeholder=${strings.folderHint}
        .value=${view.folder}
        @change=${(event: Event) => onChange({ folder: (event.target as HTMLInputElement).value.trim() })}
    /></label>
    ${words(strings.sort, duplicateSorts, strings.sorts, view.sort, (sort) => onChange({ sort }))}
    ${words(strings.method, hashMethods, strings.methods, model.method, (method) =>
      onChange({ method, threshold: null }),
    )}
    <label class="choice"
      ><span>${strings.threshold}</span
      ><input
        class="threshold"
        type="number"
        min="0"
        max="32"
        .value=${String(model.threshold)}
        @change=${(event: Event) => {
          const bits = (event.target as HTMLInputElement).valueAsNumber;
          if (Number.isInteger(bits) && bits >= 0 && bits <= 32) onChange({ threshold: bits });
        }}
    /></label>
  </div>`;
}

function words<Word extends string>(
  label: string,
  all: readonly Word[],
  texts: Readonly<Record<Word, string>>,
  chosen: Word,
  onChange: (word: Word) => void,
): TemplateResult {
  const options = all.map((value) => ({ value, text: texts[value] }));
  return choice(label, options, chosen, (value) => {
    const word = all.find((known) => known === value);
    if (word !== undefined) onChange(word);
  });
}

function choice(
  label: string,
  options: readonly { readonly value: string; readonly text: string }[],
  chosen: string,
  onChange: (value: string) => void,
): TemplateResult {
  return html`<label class="choice"
    ><span>${label}</span
    ><select @change=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}>
      ${options.map(
        ({ value, text }) =>
          html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
      )}
    </select></label
  >`;
}
