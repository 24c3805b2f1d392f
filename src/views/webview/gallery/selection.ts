/** Which images are chosen, by id: a selection outlives sorting and changes. Immutable. */
export class Selection {
  static readonly empty = new Selection(new Set());

  readonly ids: ReadonlySet<string>;

  private constructor(ids: ReadonlySet<string>) {
    this.ids = ids;
  }

  static of(ids: Iterable<string>): Selection {
    return new Selection(new Set(ids));
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  toggle(id: string): Selection {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    return new Selection(ids);
  }

  with(others: readonly string[]): Selection {
    return new Selection(new Set([...this.ids, ...others]));
  }

  /** Takes all of them, or gives all up if all were taken. */
  toggleAll(group: readonly string[]): Selection {
    if (!group.every((id) => this.ids.has(id))) return this.with(group);
    const given = new Set(group);
    return new Selection(new Set([...this.ids].filter((id) => !given.has(id))));
  }

  /** Without those that are no longer there; the same object if all are. */
  keep(present: ReadonlySet<string>): Selection {
    const ids = [...this.ids].filter((id) => present.has(id));
    return ids.length === this.ids.size ? this : new Selection(new Set(ids));
  }
}
