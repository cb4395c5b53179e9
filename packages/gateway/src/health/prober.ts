import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { drainList } from '../route/aggregate/drain-list.ts'
import { TOOLS } from '../route/aggregate/list-kind.ts'
import type { Ask } from '../upstream/ask.ts'
import { observeTool } from './observed-tool.ts'
import type { ServerHealth, Spoken } from './server-health.ts'

/** A short session of the gateway's own with a server, in nobody's name. */
export type Visit = Spoken & {
  readonly ask: Ask
  close(): Promise<void>
}

/** Opens a visit: tries the modern era first, then the legacy one; rejects with a Problem. */
export type VisitServer = (server: ServerEntity, signal: AbortSignal) => Promise<Visit>

/** Looks at a server: what it speaks, whether it answers, which tools it has. */
export interface Prober {
  /** Rejects with a Problem when the server cannot be reached; health knows either way. */
  probe(server: ServerEntity): Promise<Spoken>
}

/** A child process may have to be installed or warmed up before it answers the first time. */
const PROBE_DEADLINE_MS = 30_000
/** A start with a hundred stdio servers must not start a hundred processes at once. */
const PROBES_AT_ONCE = 4

/** Probes a few servers at a time; the others wait their turn. */
export function createProber(visitServer: VisitServer, health: ServerHealth): Prober {
  const waiting: (() => void)[] = []
  let running = 0

  const take = async (): Promise<void> => {
    if (running >= PROBES_AT_ONCE) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      await promise
    }
    running += 1
  }
  const give = (): void => {
    running -= 1
    waiting.shift()?.()
  }

  const look = async (server: ServerEntity): Promise<Spoken> => {
    const signal = AbortSignal.timeout(PROBE_DEADLINE_MS)
    const visit = await visitServer(server, signal)
    try {
      health.connected(server)
      health.spoke(server, { era: visit.era, revision: visit.revision })
      const tools = await drainList(visit.ask, server, TOOLS, signal).catch(noTools)
      if (tools !== undefined)
        health.observe(
          server,
          tools.flatMap(({ text }) => observeTool(text) ?? []),
          true,
        )
      return { era: visit.era, revision: visit.revision }
    } finally {
      await visit.close()
    }
  }

  return {
    async probe(server) {
      await take()
      try {
        return await look(server)
      } catch (failure) {
        if (failure instanceof Problem) health.failed(server, failure.detail ?? failure.kind.title)
        throw failure
      } finally {
        give()
      }
    },
  }
}

/** A server without tools answers with an error: it is reachable all the same. */
function noTools(failure: unknown): undefined {
  if (!(failure instanceof Problem)) throw failure
  return undefined
}
