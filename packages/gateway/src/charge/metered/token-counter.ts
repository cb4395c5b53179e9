import { Worker } from 'node:worker_threads'
import type { TokenUnits } from '@mcp-orchestra/api/journal-record'
import type { Tokenizer } from '@mcp-orchestra/api/metered-price'

/** What is counted of one call. */
export type CountWish = {
  readonly tokenizer: Tokenizer
  /** The text of the call's arguments. */
  readonly input: string
  /** The text of its result. */
  readonly resultText: string
}

/** A wish on its way to the thread, and its answer. */
export type CountJob = CountWish & { readonly id: number }
export type CountAnswer = { readonly id: number; readonly units: TokenUnits }

/** Counts the tokens of texts. */
export interface TokenCounter {
  /** Undefined when they cannot be counted: too many wait, or the thread failed. Never rejects. */
  count(wish: CountWish): Promise<TokenUnits | undefined>
  /** Ends the thread; what waits is not counted. */
  close(): Promise<void>
}

/** Calls that wait for their count at once: each holds its texts, and the last one its client, for some seconds. */
const WAITING_MAX = 256

/** Counts in a thread of its own, which starts with the first count and is started anew when it failed. */
export function createTokenCounter(): TokenCounter {
  const waiting = new Map<number, (units: TokenUnits | undefined) => void>()
  let lastId = 0
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL('./token-worker.ts', import.meta.url), { name: 'tokens' })
    // It must not keep a process alive that has nothing else to do.
    started.unref()
    started.on('message', ({ id, units }: CountAnswer) => settle(id, units))
    started.on('error', () => giveUp(started))
    started.on('exit', () => giveUp(started))
    return started
  }

  function settle(id: number, units: TokenUnits | undefined): void {
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(units)
  }

  function giveUp(failed: Worker): void {
    if (worker !== failed) return
    worker = undefined
    for (const id of waiting.keys()) settle(id, undefined)
  }

  return {
    count(wish) {
      if (waiting.size >= WAITING_MAX) return Promise.resolve(undefined)
      worker ??= start()
      lastId += 1
      const job: CountJob = { ...wish, id: lastId }
      const { promise, resolve } = Promise.withResolvers<TokenUnits | undefined>()
      waiting.set(job.id, resolve)
      worker.postMessage(job)
      return promise
    },
    async close() {
      const ended = worker
      if (ended === undefined) return
      giveUp(ended)
      await ended.terminate()
    },
  }
}
