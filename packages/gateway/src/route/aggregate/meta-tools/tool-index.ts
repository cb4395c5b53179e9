import type { Clock } from '@mcp-orchestra/kernel'
import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf } from '../../../protocol/json/span.ts'
import type { EndpointRequest } from '../../endpoint.ts'
import type { AggregateCore } from '../aggregate-core.ts'
import { TOOLS } from '../lists/list-kind.ts'
import type { MergedEntry } from '../lists/merge.ts'
import { createRanking, type Rank } from './ranking.ts'

/** The catalog of one client, ready to be searched. */
export type ToolIndex = {
  readonly tools: readonly MergedEntry[]
  readonly rank: Rank
}

/** How old a catalog may be when it is searched, in milliseconds: a model searches, describes and calls within it. */
const FRESH_MS = 15_000
/** Catalogs that are kept, and their tools together; the least recently made goes first. */
const INDEXES_MAX = 256
const TOOLS_MAX = 50_000

type Kept = { readonly index: Promise<ToolIndex>; readonly atMs: number; size: number }

/** The catalogs of all clients, each made once in a while from what the servers list. */
export class ToolIndexes {
  readonly #core: AggregateCore
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(core: AggregateCore) {
    this.#core = core
    this.#clock = core.ports.clock
  }

  /** The client's catalog; `isAgain` makes it anew. Tools of apps are not for models, and in no catalog. */
  async of(request: EndpointRequest, isAgain = false): Promise<ToolIndex> {
    const key = `${request.caller.keyId} ${request.era} ${request.sessionId ?? ''}`
    const known = this.#kept.get(key)
    const nowMs = this.#clock.monotonicMs()
    if (known !== undefined && !isAgain && nowMs - known.atMs < FRESH_MS) return await known.index
    const kept: Kept = { index: this.#make(request), atMs: nowMs, size: 0 }
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    try {
      const index = await kept.index
      kept.size = index.tools.length
      this.#evict()
      return index
    } catch (failure) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key)
      throw failure
    }
  }

  async #make(request: EndpointRequest): Promise<ToolIndex> {
    const { directory, gather } = this.#core
    const entries = await gather(request, TOOLS)
    directory.learn(request, TOOLS, entries)
    const tools = entries.filter(({ isAppOnly }) => !isAppOnly)
    return { tools, rank: createRanking(tools.map(searched)) }
  }

  #evict(): void {
    let sum = 0
    for (const { size } of this.#kept.values()) sum += size
    for (const [key, { size }] of this.#kept) {
      if (this.#kept.size <= INDEXES_MAX && sum <= TOOLS_MAX) return
      this.#kept.delete(key)
      sum -= size
    }
  }
}

/** A member of a definition that is a text; empty when there is none. */
export function textIn(definitionText: string, key: 'title' | 'description'): string {
  return stringAt(definitionText, memberOf(scanObject(definitionText), key)?.value) ?? ''
}

function searched({
  shown,
  server,
  text,
}: MergedEntry): Parameters<typeof createRanking>[0][number] {
  return {
    name: shown,
    title: textIn(text, 'title'),
    description: textIn(text, 'description'),
    server: `${server.alias} ${server.name}`,
  }
}
