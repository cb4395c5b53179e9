/** Lets a few probes run at once; the others wait their turn, first come, first served. */
export interface ProbeQueue {
  /** Runs the work in its turn and settles as the work does. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** A queue of so many places. Work that takes longer than `placeMs` goes on, but no longer holds the others up. */
export function createProbeQueue(places: number, placeMs: number): ProbeQueue {
  const waiting: (() => void)[] = []
  let taken = 0

  const take = async (): Promise<void> => {
    if (taken >= places) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      // Whoever gives a place up hands it over: it stays taken.
      return await promise
    }
    taken += 1
  }
  const give = (): void => {
    const next = waiting.shift()
    if (next === undefined) taken -= 1
    else next()
  }

  return {
    async run(work) {
      await take()
      let holds = true
      const giveOnce = (): void => {
        if (holds) give()
        holds = false
      }
      const timer = setTimeout(giveOnce, placeMs)
      try {
        return await work()
      } finally {
        clearTimeout(timer)
        giveOnce()
      }
    },
  }
}
