/** Which images are chosen, by id: a selection outlives sorting, searching and reloading. Immutable. */
export class Selection {
  static readonly empty = new Selection(new Set(), null);

  readonly ids: ReadonlySet<string>;
  /** Where a range that is extended begins. */
  readonly anchor: string | null;

  private constructor(ids: ReadonlySet<string>, anchor: string | null) {
    this.ids = ids;
    this.anchor = anchor;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  only(id: string): Selection {
    return new Selection(new Set([id]), id);
  }

  /** Adds or removes one, which becomes the anchor. */
  toggle(id: string): Selection {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    return new Selection(ids, id);
  }

  /** A plain range replaces what was chosen, an added one keeps it. The anchor stays. */
  range(rangeIds: readonly string[], keepOthers: boolean): Selection {
    const ids = new Set(keepOthers ? this.ids : []);
    for (const id of rangeIds) ids.add(id);
    return new Selection(ids, this.anchor ?? rangeIds[0] ?? null);
  }

  /** A group: chosen whole, or taken out if it was chosen whole. */
  toggleAll(groupIds: readonly string[]): Selection {
    const ids = new Set(this.ids);
    const whole = groupIds.every((id) => ids.has(id));
    for (const id of groupIds) {
      if (whole) ids.delete(id);
      else ids.add(id);
    }
    return new Selection(ids, this.anchor);
  }

  /** Without those that are no longer there. */
  keep(present: ReadonlySet<string>): Selection {
    const ids = new Set([...this.ids].filter((id) => present.has(id)));
    if (ids.size === this.ids.size) return this;
    return new Selection(
      ids,
      this.anchor !== null && present.has(this.anchor) ? this.anchor : null,
    );
  }
}
