/**
 * Work that many ask for at once: at most one run at a time and one waiting, and whoever asks gets the
 * outcome of a run that began after the question.
 */
export function coalesce<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let waiting: Promise<T> | undefined

  function start(): Promise<T> {
    const run = work().finally(() => {
      if (running === run) running = undefined
    })
    running = run
    return run
  }

  return () => {
    if (running === undefined) return start()
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined
        return start()
      })
    return waiting
  }
}
