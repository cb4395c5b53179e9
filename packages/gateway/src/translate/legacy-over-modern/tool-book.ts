import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { Cancel, type CancelSignal } from '../../cancel.ts'
import { drainList } from '../../route/aggregate/lists/drain-list.ts'
import { TOOLS } from '../../route/aggregate/lists/list-kind.ts'
import type { Ask } from '../../upstream/ask.ts'
import { abortReason } from '../../upstream/http/exchange.ts'
import { holderOf } from '../../upstream/links.ts'
import { PLAIN_TOOL, readTool, type ToolFacts } from './tool-facts.ts'

/** Callers per server whose lists are known; the one that was used longest ago gives way. Plain tools take no room. */
const CALLERS_MAX = 1_000
/** A list is asked for again after this, in milliseconds: for servers that do not tell of changes. */
const LIST_MS = 600_000
/** A server that gave no list is not asked again for this long, in milliseconds: each call would ask it otherwise. */
const NO_LIST_MS = 10_000

type Page = {
  /** Facts by name of the tools that are not plain. */
  readonly facts: Map<string, ToolFacts>
  /** Until when the whole list is known to be this, by the monotonic clock; 0 when only parts are known. */
  wholeUntilMs: number
  listing: Promise<void> | undefined
}

/**
 * What is known of the tools of modern servers, for each caller apart: learned from the lists that pass, and asked
 * for once where a call needs it. The gateway is the client that has to mirror arguments into headers.
 */
export class ToolBook {
  readonly #clock: Clock
  /** An entity of the snapshot is never changed, only replaced: a changed server is learned anew. */
  readonly #pages = new WeakMap<ServerEntity, Map<string, Page>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The facts of a tool; lists the server's tools when they are not known. A server without a list has plain tools. */
  async factsOf(
    server: ServerEntity,
    caller: CallerIdentity,
    tool: string,
    by: { readonly ask: Ask; readonly signal: CancelSignal },
  ): Promise<ToolFacts> {
    const page = this.#page(server, caller)
    if (page.wholeUntilMs <= this.#clock.monotonicMs()) {
      page.listing ??= this.#list(server, page, by.ask).finally(() => (page.listing = undefined))
      await unlessAborted(page.listing, by.signal)
    }
    return page.facts.get(tool) ?? PLAIN_TOOL
  }

  /** Notes what a list said of one tool. */
  learn(server: ServerEntity, caller: CallerIdentity, tool: string, facts: ToolFacts): void {
    note(this.#page(server, caller), tool, facts)
  }

  /** Notes that every tool of a server was learned just now. */
  learnedWhole(server: ServerEntity, caller: CallerIdentity): void {
    this.#page(server, caller).wholeUntilMs = this.#clock.monotonicMs() + LIST_MS
  }

  /** Forgets a list: it changed, or the server contradicts it. */
  forget(server: ServerEntity, caller: CallerIdentity): void {
    this.#pages.get(server)?.delete(holderOf(caller))
  }

  #page(server: ServerEntity, caller: CallerIdentity): Page {
    const pages = this.#pages.get(server) ?? new Map<string, Page>()
    this.#pages.set(server, pages)
    const key = holderOf(caller)
    const page = pages.get(key) ?? { facts: new Map(), wholeUntilMs: 0, listing: undefined }
    // Moved to the end: the map's order is the order of use.
    pages.delete(key)
    pages.set(key, page)
    const [oldest] = pages.keys()
    if (pages.size > CALLERS_MAX && oldest !== undefined) pages.delete(oldest)
    return page
  }

  /** For all calls that wait for it: it ends by the server's own deadline, not with one of them. */
  async #list(server: ServerEntity, page: Page, ask: Ask): Promise<void> {
    try {
      const entries = await drainList(ask, server, TOOLS, new Cancel().signal)
      page.facts.clear()
      const isHttp = server.transport.kind === 'http'
      for (const { key, text } of entries)
        note(page, key, readTool(text, isHttp)?.facts ?? PLAIN_TOOL)
      page.wholeUntilMs = this.#clock.monotonicMs() + LIST_MS
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure
      // The call itself says better what is wrong with the server, or it has tools that it does not list.
      page.wholeUntilMs = this.#clock.monotonicMs() + NO_LIST_MS
    }
  }
}

function note({ facts }: Page, tool: string, read: ToolFacts): void {
  if (read === PLAIN_TOOL) facts.delete(tool)
  else facts.set(tool, read)
}

/** Waits for what others wait for too; rejects with the reason of whoever does not wait any more. */
async function unlessAborted(work: Promise<void>, signal: CancelSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(abortReason(signal))
  if (signal.aborted) throw abortReason(signal)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
