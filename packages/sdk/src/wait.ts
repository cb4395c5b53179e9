/** Waits, or rejects with the signal's reason. */
export async function waitMs(pauseMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, pauseMs)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
