import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { drainList } from '../route/aggregate/lists/drain-list.ts'
import { TOOLS } from '../route/aggregate/lists/list-kind.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Ask } from '../upstream/ask.ts'
import { isAboutAccount } from '../upstream/problems.ts'
import { createProbeQueue } from './probe-queue.ts'
import { observeTool } from './observed-tool.ts'
import type { ServerHealth, Spoken } from './server-health.ts'

/** A short session of the gateway's own with a server, in nobody's name or in that of a caller with an account there. */
export type Visit = Spoken & {
  readonly ask: Ask
  close(): Promise<void>
}

/** Opens a visit: tries the modern era first, then the legacy one; rejects with a Problem. */
export type VisitServer = (
  server: ServerEntity,
  signal: AbortSignal,
  caller?: CallerIdentity,
) => Promise<Visit>

/** Looks at a server: what it speaks, whether it answers, which tools it has. */
export interface Prober {
  /** Rejects with a Problem when the server cannot be reached; health knows either way. */
  probe(server: ServerEntity, caller?: CallerIdentity): Promise<Spoken>
}

/** A child process may have to be installed or warmed up before it answers the first time. */
const PROBE_DEADLINE_MS = 30_000
/** A start with a hundred servers must not open a hundred connections at once. */
const HTTP_PROBES_AT_ONCE = 4
/** A process that starts takes a core for a while, and calls come before looks. */
const STDIO_PROBES_AT_ONCE = 1
/** A server that hangs holds the others up no longer than this, in milliseconds. */
const PROBE_PLACE_MS = 3_000

/** Probes a few servers at a time; the others wait their turn. */
export function createProber(visitServer: VisitServer, health: ServerHealth): Prober {
  const queues = {
    http: createProbeQueue(HTTP_PROBES_AT_ONCE, PROBE_PLACE_MS),
    stdio: createProbeQueue(STDIO_PROBES_AT_ONCE, PROBE_PLACE_MS),
  }

  const look = async (
    server: ServerEntity,
    caller: CallerIdentity | undefined,
  ): Promise<Spoken> => {
    const signal = AbortSignal.timeout(PROBE_DEADLINE_MS)
    const visit = await visitServer(server, signal, caller)
    try {
      health.connected(server)
      health.spoke(server, spokenIn(visit))
      // What somebody's own account shows is looked at by that one only.
      if (caller !== undefined) return spokenIn(visit)
      const tools = await drainList(visit.ask, server, TOOLS, signal).catch(noTools)
      if (tools !== undefined)
        health.observe(
          server,
          tools.flatMap(({ text }) => observeTool(text) ?? []),
          true,
        )
      return spokenIn(visit)
    } finally {
      await visit.close()
    }
  }

  return {
    async probe(server, caller) {
      try {
        const queue = queues[server.transport.kind === 'stdio' ? 'stdio' : 'http']
        return await queue.run(() => look(server, caller))
      } catch (failure) {
        if (failure instanceof Problem) noteFailure(health, server, failure)
        throw failure
      }
    },
  }
}

/** A server that wants to know who calls is there: only its callers have something to do. */
function noteFailure(health: ServerHealth, server: ServerEntity, problem: Problem): void {
  if (isAboutAccount(problem)) health.connected(server)
  else health.failed(server, problem.detail ?? problem.kind.title)
}

function spokenIn({ era, revision, isDual = false }: Visit): Spoken {
  return { era, revision, isDual }
}

/** A server without tools answers with an error: it is reachable all the same. */
function noTools(failure: unknown): undefined {
  if (!(failure instanceof Problem)) throw failure
  return undefined
}
