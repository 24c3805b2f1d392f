import { html, type TemplateResult } from 'lit';

/** A name and its value; a path may be broken anywhere. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly isPath?: boolean;
}

/** Names with their values. The class says how they look: `facts` in a line, `figures` large. */
export function factList(facts: readonly Fact[], className = 'facts'): TemplateResult {
  return html`<dl class=${className}>
    ${facts.map(
      ({ label, value, isPath }) =>
        html`<div>
          <dt>${label}</dt>
          <dd class=${isPath ? 'path' : ''}>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
