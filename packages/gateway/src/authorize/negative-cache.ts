/** Digests of keys that the control plane was asked about and did not know. */
export interface NegativeCache {
  has(digest: string): boolean
  add(digest: string): void
  /** A key was issued or changed: what was unknown may be known now. */
  clear(): void
}

/** 10,000 digests are about 1.5 MB; a flood of made-up keys evicts the oldest and costs one more ask. */
const NEGATIVE_ENTRIES_MAX = 10_000

/** Bounded, first in first out. Needs no expiry: every change of a key clears it. */
export function createNegativeCache(entriesMax: number = NEGATIVE_ENTRIES_MAX): NegativeCache {
  const digests = new Set<string>()
  return {
    has: (digest) => digests.has(digest),
    add(digest) {
      const oldest = digests.size >= entriesMax ? digests.values().next() : undefined
      if (oldest?.done === false) digests.delete(oldest.value)
      digests.add(digest)
    },
    clear: () => digests.clear(),
  }
}
