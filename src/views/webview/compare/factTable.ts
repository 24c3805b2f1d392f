import { html, nothing, type TemplateResult } from 'lit';
import type { ComparedImage, CompareRow, CompareSection } from '../../compareProtocol.js';
import type { CompareStrings } from '../../compareStrings.js';

/** The facts of the images, one column each. What differs has a mark and is set in bold. */
export function factTable(
  strings: CompareStrings,
  images: readonly ComparedImage[],
  sections: readonly CompareSection[],
  onlyDifferences: boolean,
): TemplateResult {
  const shown = sections
    .map(({ title, rows }) => ({
      title,
      rows: onlyDifferences ? rows.filter(({ differs }) => differs) : rows,
    }))
    .filter(({ rows }) => rows.length > 0);
  if (shown.length === 0) return html`<p class="empty">${strings.noDifferences}</p>`;
  return html`<table class="facts-table">
    <thead>
      <tr>
        <th scope="col">${strings.fact}</th>
        ${images.map(({ name, folder }) => html`<th scope="col" title=${folder}>${name}</th>`)}
      </tr>
    </thead>
    ${shown.map(
      ({ title, rows }) =>
        html`<tbody>
          <tr class="section">
            <th scope="rowgroup" colspan=${images.length + 1}>${title}</th>
          </tr>
          ${rows.map((row) => factRow(strings, row))}
        </tbody>`,
    )}
  </table>`;
}

function factRow(strings: CompareStrings, { label, values, differs }: CompareRow): TemplateResult {
  return html`<tr class=${differs ? 'differs' : ''}>
    <th scope="row">
      ${
        differs
          ? html`<i
              class="codicon codicon-diff"
              role="img"
              title=${strings.differs}
              aria-label=${strings.differs}
            ></i>`
          : nothing
      }<span>${label}</span>
    </th>
    ${values.map((value) =>
      value === ''
        ? html`<td class="unknown"><span aria-label=${strings.unknown} role="note">–</span></td>`
        : html`<td>${value}</td>`,
    )}
  </tr>`;
}
