/**
 * Things that come and go by the thousand, in slots that are used again. Not a Set: each rehash of a busy one leaves
 * a dead table that holds what was in it, tables hold each other, and whatever they hold outlives every young
 * collection.
 */
export class SlotList<T extends object> {
  readonly #slots: (T | undefined)[] = []
  readonly #free: number[] = []

  /** How many are in it. */
  get size(): number {
    return this.#slots.length - this.#free.length
  }

  /** Takes an item in and returns its slot, which takes it out again. */
  add(item: T): number {
    const slot = this.#free.pop() ?? this.#slots.length
    this.#slots[slot] = item
    return slot
  }

  /** Empties a slot; false when it does not hold this item. */
  remove(slot: number, item: T): boolean {
    if (this.#slots[slot] !== item) return false
    this.#slots[slot] = undefined
    this.#free.push(slot)
    return true
  }

  /** Those that match, as they are now. */
  filter(matches: (item: T) => boolean): T[] {
    return this.#slots.flatMap((item) => (item !== undefined && matches(item) ? [item] : []))
  }
}
