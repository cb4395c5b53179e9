/**
 * The part of AbortSignal that the path of a call uses. Both kinds fit: the platform's own (time-outs, tests)
 * and {@link Cancel}.
 */
export interface CancelSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * Cancels what listens, once, with a reason. It does what AbortController does at a tenth of the price: that one
 * is an EventTarget, and a call needs four of them; composing them by `AbortSignal.any` was a fifth of a call.
 * Who listens to a signal that outlives him removes his listener.
 */
export class Cancel implements CancelSignal {
  #aborted = false
  #reason: unknown
  #listeners: (() => void)[] = NOBODY

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** What listeners get: this very object, without the right to cancel. */
  get signal(): CancelSignal {
    return this
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted || this.#listeners.includes(listener)) return
    this.#listeners = [...this.#listeners, listener]
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#listeners.includes(listener)) return
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  /** The first reason wins; nothing happens after it. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    const listeners = this.#listeners
    this.#listeners = NOBODY
    for (const listener of listeners) listener()
  }

  /** Is cancelled when one of these is, with its reason; the returned function lets go of them. */
  follow(...signals: readonly CancelSignal[]): () => void {
    const listening = signals.map((signal) => {
      const listener = (): void => this.abort(signal.reason)
      if (signal.aborted) listener()
      else signal.addEventListener('abort', listener, { once: true })
      return [signal, listener] as const
    })
    return () => {
      for (const [signal, listener] of listening) signal.removeEventListener('abort', listener)
    }
  }
}

const NOBODY: (() => void)[] = []

/** The same for code that is not ours and wants the platform's own kind. */
export function toAbortSignal(signal: CancelSignal): AbortSignal {
  const controller = new AbortController()
  const follow = (): void => controller.abort(signal.reason)
  if (signal.aborted) follow()
  else signal.addEventListener('abort', follow, { once: true })
  return controller.signal
}
