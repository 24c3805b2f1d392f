import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { mostCompared } from '../../compareProtocol.js';
import type { BurstRow, GroupRow, MemberRow } from '../../duplicatesProtocol.js';
import type { DuplicatesStrings } from '../../duplicatesStrings.js';
import { fill } from '../shared/page.js';

/** Members that are drawn before a person asks for all. */
export const membersAtFirst = 12;

/** What the rows of groups need. */
export interface GroupActions {
  readonly strings: DuplicatesStrings;
  readonly readOnly: boolean;
  /** Place of the group whose controls are tab stops. */
  readonly active: number;
  /** Address of the thumbnail, if there is one yet. */
  readonly urlOf: (imageId: string) => string | null | undefined;
  readonly isOpened: (groupId: string) => boolean;
  readonly openAll: (groupId: string) => void;
  readonly show: (imageId: string) => void;
  readonly compare: (imageIds: readonly string[]) => void;
  readonly keep: (group: GroupRow, imageId: string) => void;
  readonly decide: (group: GroupRow, decision: 'keep-all' | 'not-duplicate') => void;
}

export function renderGroup(actions: GroupActions, group: GroupRow, index: number): TemplateResult {
  const { strings, readOnly } = actions;
  const stop = index === actions.active ? 0 : -1;
  const heading = `group-${group.id}`;
  const pictures = group.members.flatMap(({ imageId }) => imageId ?? []);
  const compared = pictures.slice(0, mostCompared);
  return html`<section class="group" aria-labelledby=${heading} tabindex=${stop}>
    <div class="group-head">
      <h2 id=${heading}><span class="level ${group.level}">${group.levelText}</span></h2>
      <span class="hint">${group.summary}</span>
      ${
        group.decision === null
          ? nothing
          : html`<span class="decision"
              ><i class="codicon codicon-pass" aria-hidden="true"></i> ${group.decision}</span
            >`
      }
      <span class="space"></span>
      ${
        compared.length < 2
          ? nothing
          : html`<vscode-button secondary tabindex=${stop} @click=${() => actions.compare(compared)}
              >${strings.compare}</vscode-button
            >`
      }
      ${
        readOnly
          ? nothing
          : html`<vscode-button
                secondary
                tabindex=${stop}
                @click=${() => actions.decide(group, 'keep-all')}
                >${strings.keepAll}</vscode-button
              >
              <vscode-button
                secondary
                tabindex=${stop}
                @click=${() => actions.decide(group, 'not-duplicate')}
                >${strings.notDuplicate}</vscode-button
              >`
      }
    </div>
    ${group.differences === '' ? nothing : html`<p class="hint">${group.differences}</p>`}
    ${renderMembers(
      actions,
      stop,
      group.id,
      group.members,
      (member, index) =>
        index === 0
          ? html`<span class="suggested" title=${group.reason}
              ><i class="codicon codicon-star-full" aria-hidden="true"></i>
              ${strings.suggested}</span
            >`
          : html`<span class="likeness">${member.likeness}</span>`,
      (member) =>
        readOnly || member.imageId === null || pictures.length < 2
          ? nothing
          : html`<button
              class="link"
              tabindex=${stop}
              aria-label=${fill(strings.keepThisLabel, member.name)}
              @click=${() => actions.keep(group, member.imageId ?? '')}
            >
              ${strings.keepThis}
            </button>`,
    )}
    <p class="hint reason">${strings.suggested}: ${group.reason}</p>
  </section>`;
}

export function renderBurst(actions: GroupActions, burst: BurstRow, index: number): TemplateResult {
  const { strings } = actions;
  const stop = index === actions.active ? 0 : -1;
  const heading = `group-${burst.id}`;
  const pictures = burst.members.flatMap(({ imageId }) => imageId ?? []).slice(0, mostCompared);
  return html`<section class="group" aria-labelledby=${heading} tabindex=${stop}>
    <div class="group-head">
      <h2 id=${heading}>${burst.summary}</h2>
      <span class="space"></span>
      ${
        pictures.length < 2
          ? nothing
          : html`<vscode-button secondary tabindex=${stop} @click=${() => actions.compare(pictures)}
              >${strings.compare}</vscode-button
            >`
      }
    </div>
    ${renderMembers(
      actions,
      stop,
      burst.id,
      burst.members,
      ({ imageId }) =>
        imageId === burst.bestImageId
          ? html`<span class="suggested"
              ><i class="codicon codicon-star-full" aria-hidden="true"></i> ${strings.best}</span
            >`
          : nothing,
      () => nothing,
    )}
  </section>`;
}

type PartOfMember = (member: MemberRow, index: number) => TemplateResult | typeof nothing;

function renderMembers(
  actions: GroupActions,
  stop: 0 | -1,
  groupId: string,
  members: readonly MemberRow[],
  mark: PartOfMember,
  action: PartOfMember,
): TemplateResult {
  const drawn = actions.isOpened(groupId) ? members : members.slice(0, membersAtFirst);
  const hidden = members.length - drawn.length;
  return html`<ul class="members">
      ${drawn.map(
        (member, index) =>
          html`<li class="member ${member.state}">
            ${renderPicture(actions, stop, member)}
            <span class="member-name" title=${`${member.folder}/${member.name}`}
              >${member.name}</span
            >
            <span class="member-folder hint" title=${member.folder}>${member.folder}</span>
            <span class="hint">${member.facts.join(' · ')}</span>
            <span class="hint"
              ><span class="state">${member.stateText}</span>${
                member.source === '' ? nothing : html` · ${member.source}`
              }</span
            >
            ${mark(member, index)} ${action(member, index)}
          </li>`,
      )}
    </ul>
    ${
      hidden === 0
        ? nothing
        : html`<button class="link" tabindex=${stop} @click=${() => actions.openAll(groupId)}>
            ${fill(actions.strings.more, hidden)}
          </button>`
    }`;
}

function renderPicture(
  { strings, urlOf, show }: GroupActions,
  stop: 0 | -1,
  { imageId, pictureId, name }: MemberRow,
): TemplateResult {
  const url = pictureId === null ? null : urlOf(pictureId);
  const picture = url
    ? html`<img src=${url} alt="" draggable="false" decoding="async" />`
    : html`<span class="no-picture"
        ><i
          class="codicon codicon-${imageId === null ? 'folder' : 'file-media'}"
          aria-hidden="true"
        ></i
      ></span>`;
  if (imageId === null) return picture;
  const label = fill(strings.show, name);
  return html`<button
    class="picture"
    tabindex=${stop}
    title=${label}
    aria-label=${label}
    @click=${() => show(imageId)}
  >
    ${picture}
  </button>`;
}
