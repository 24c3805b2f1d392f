import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type {
  DoneModel,
  DuplicatesNotifications,
  DuplicatesView,
  PlanModel,
} from '../../duplicatesProtocol.js';
import type { DuplicatesStrings } from '../../duplicatesStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { countText, PageElement } from '../shared/page.js';
import { messageBox } from '../shared/panelApp.js';
import type { DuplicatesConnection, DuplicatesState } from './duplicatesState.js';
import './planList.js';

/** One group and what is kept of it, or all groups that pass the filters. */
export interface PlanWish {
  readonly groupId: string | null;
  readonly keepImageId: string | null;
}

/** A dry run of resolving groups, file by file, before anything is done. */
@customElement('plan-view')
export class PlanView extends PageElement {
  @property({ attribute: false }) connection!: DuplicatesConnection;
  @property({ attribute: false }) strings!: DuplicatesStrings;
  @property({ attribute: false }) wish!: PlanWish;
  @property({ attribute: false }) shown!: DuplicatesView;
  @property({ attribute: false }) mergeMetadata = true;
  @property({ attribute: false }) mergeSidecars = true;
  @property({ attribute: false }) progress: DuplicatesNotifications['progress'] | null = null;
  @property({ attribute: false }) onMerge!: (
    part: Partial<Pick<DuplicatesState, 'mergeMetadata' | 'mergeSidecars'>>,
  ) => void;
  /** Null: nothing was done. */
  @property({ attribute: false }) onEnd!: (done: DoneModel | null) => void;
  @state() private plan: PlanModel | null = null;
  @state() private working = false;
  @state() private problem: string | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('wish') || changed.has('mergeMetadata') || changed.has('mergeSidecars'))
      void this.fetchPlan();
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>('h2')?.focus();
  }

  private async fetchPlan(): Promise<void> {
    const { wish, shown, mergeMetadata, mergeSidecars } = this;
    try {
      const params = { view: shown, ...wish, mergeMetadata, mergeSidecars };
      this.plan = await this.connection.request('plan', params);
      this.problem = null;
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private async apply(planId: string): Promise<void> {
    this.working = true;
    try {
      const done = await this.connection.request('apply', { planId });
      if (done) this.onEnd(done);
    } catch (error) {
      this.problem = messageOf(error);
    } finally {
      this.working = false;
    }
  }

  override render(): TemplateResult {
    const { strings, plan, working } = this;
    return html`<section class="plan">
      <h2 tabindex="-1">${strings.planHeading}</h2>
      <p class="hint">${strings.planHint}</p>
      ${this.problem === null ? nothing : messageBox('error', this.problem, 'alert')}
      <p role="status">${plan?.summary ?? this.progress?.text ?? strings.loading}</p>
      <label class="check"
        ><input
          class="row-check"
          type="checkbox"
          .checked=${this.mergeMetadata}
          ?disabled=${working}
          @change=${() => this.onMerge({ mergeMetadata: !this.mergeMetadata })}
        />${strings.mergeMetadata}</label
      >
      <label class="check"
        ><input
          class="row-check"
          type="checkbox"
          .checked=${this.mergeSidecars}
          ?disabled=${working}
          @change=${() => this.onMerge({ mergeSidecars: !this.mergeSidecars })}
        />${strings.mergeSidecars}</label
      >
      ${plan ? this.renderPlan(plan) : nothing}
    </section>`;
  }

  private renderPlan(plan: PlanModel): TemplateResult {
    const { strings, working } = this;
    return html`${
        plan.refused.length === 0
          ? nothing
          : html`<details>
              <summary>${strings.refused} (${countText(plan.refused.length)})</summary>
              <ul>
                ${plan.refused.map((text) => html`<li class="path">${text}</li>`)}
              </ul>
            </details>`
      }
      <div class="plan-actions">
        <vscode-button
          ?disabled=${working || plan.total === 0}
          @click=${() => void this.apply(plan.planId)}
          >${strings.apply}</vscode-button
        >
        <vscode-button secondary ?disabled=${working} @click=${() => this.onEnd(null)}
          >${strings.back}</vscode-button
        >
        ${
          working
            ? html`<span class="hint" role="status">${this.progress?.text ?? strings.working}</span>
                <vscode-button secondary @click=${() => void this.connection.request('cancel', {})}
                  >${strings.cancel}</vscode-button
                >`
            : nothing
        }
      </div>
      <div class="files">
        <plan-list
          .connection=${this.connection}
          .strings=${strings}
          .planId=${plan.planId}
          .total=${plan.total}
          .onFailed=${(error: unknown) => (this.problem = messageOf(error))}
        ></plan-list>
      </div>`;
  }
}
