/** What a key does to the group that has the focus. */
export type GroupCommand = 'keep' | 'keep-all' | 'not-duplicate' | 'compare';

const commandKeys: Readonly<Record<string, GroupCommand>> = {
  k: 'keep',
  a: 'keep-all',
  n: 'not-duplicate',
  c: 'compare',
};

/**
 * The keys of the list of groups: the groups are one tab stop together (roving tabindex), up and down go from
 * group to group, left and right through the controls of one.
 */
export class GroupKeys {
  /** Place of the group that has or had the focus. */
  index = 0;
  private readonly list: () => HTMLElement | null;
  private readonly onChange: () => void;
  private readonly onCommand: (command: GroupCommand, index: number) => void;

  constructor(
    list: () => HTMLElement | null,
    onChange: () => void,
    onCommand: (command: GroupCommand, index: number) => void,
  ) {
    this.list = list;
    this.onChange = onChange;
    this.onCommand = onCommand;
  }

  private get groups(): readonly HTMLElement[] {
    return [...(this.list()?.querySelectorAll<HTMLElement>('.group') ?? [])];
  }

  /** Gives a group the focus, the last one if there are fewer. */
  focus(index: number): void {
    const { groups } = this;
    const at = Math.max(0, Math.min(index, groups.length - 1));
    this.activate(at);
    groups[at]?.focus();
  }

  private activate(index: number): void {
    if (this.index === index) return;
    this.index = index;
    this.onChange();
  }

  readonly onFocus = (event: FocusEvent): void => {
    const group = (event.target as Element).closest<HTMLElement>('.group');
    const index = group ? this.groups.indexOf(group) : -1;
    if (index >= 0) this.activate(index);
  };

  readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const group = (event.target as Element).closest<HTMLElement>('.group');
    if (!group) return;
    if (this.handle(event.key, group)) event.preventDefault();
  };

  private handle(key: string, group: HTMLElement): boolean {
    const { groups } = this;
    const index = groups.indexOf(group);
    const places: Readonly<Record<string, number>> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: groups.length - 1,
    };
    const place = places[key];
    if (place !== undefined) {
      if (place >= 0 && place < groups.length) this.focus(place);
      return true;
    }
    if (key === 'ArrowRight' || key === 'ArrowLeft') {
      const stops = [group, ...group.querySelectorAll<HTMLElement>('button, vscode-button')];
      const at = stops.findIndex((stop) => stop === document.activeElement);
      stops[at + (key === 'ArrowRight' ? 1 : -1)]?.focus();
      return true;
    }
    const command = commandKeys[key.toLowerCase()];
    if (command === undefined) return false;
    this.onCommand(command, index);
    return true;
  }
}
