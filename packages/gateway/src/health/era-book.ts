import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Speech } from '../upstream/speech.ts'
import type { Spoken } from './server-health.ts'

/** How long a verdict holds: an upgraded server is found within it, a probe at each call would double its work. */
const VERDICT_MS = 3_600_000

/** A verdict this young is not doubted, in milliseconds: a server that answers oddly is not visited at each call. */
const SURE_MS = 5_000

/** What each server speaks: a property of the server, cached and dated (MCP 2026-07-28, era detection). */
export interface EraBook extends Speech {
  /** Visits the server when nothing fresh is known; rejects with a Problem when it cannot be reached. */
  eraOf(server: ServerEntity, caller?: CallerIdentity): Promise<'legacy' | 'modern'>
  note(server: ServerEntity, spoken: Spoken): void
  forget(serverId: string): void
}

/** A book whose unknown pages are filled by one visit at a time per server and account there. */
export function createEraBook(
  clock: Clock,
  visit: (server: ServerEntity, caller: CallerIdentity | undefined) => Promise<Spoken>,
  accountOf: (server: ServerEntity, caller: CallerIdentity | undefined) => string = () => '',
): EraBook {
  const verdicts = new Map<string, { readonly spoken: Spoken; readonly atMs: number }>()
  const visits = new Map<string, Promise<Spoken>>()

  const note = (server: ServerEntity, spoken: Spoken): void => {
    verdicts.set(server.id, { spoken, atMs: clock.monotonicMs() })
  }
  const known = (server: ServerEntity): Spoken | undefined => {
    const verdict = verdicts.get(server.id)
    return verdict !== undefined && clock.monotonicMs() - verdict.atMs < VERDICT_MS
      ? verdict.spoken
      : undefined
  }
  const detect = async (
    server: ServerEntity,
    caller: CallerIdentity | undefined,
  ): Promise<Spoken> => {
    // Of callers with accounts of their own one may be let in and another one not.
    const key = `${server.id} ${accountOf(server, caller)}`
    let visiting = visits.get(key)
    if (visiting === undefined) {
      visiting = visit(server, caller).finally(() => visits.delete(key))
      visits.set(key, visiting)
    }
    const spoken = await visiting
    note(server, spoken)
    return spoken
  }

  return {
    note,
    forget: (serverId) => void verdicts.delete(serverId),
    doubt({ id }) {
      const verdict = verdicts.get(id)
      if (verdict !== undefined && clock.monotonicMs() - verdict.atMs >= SURE_MS)
        verdicts.delete(id)
    },
    eraFor(server, client, caller) {
      if (server.transport.kind === 'openapi') return 'modern'
      if (server.era !== 'auto') return server.era
      const spoken = known(server)
      if (spoken !== undefined) return eraIn(spoken, client)
      return detect(server, caller).then((found) => eraIn(found, client))
    },
    async eraOf(server, caller) {
      if (server.transport.kind === 'openapi') return 'modern'
      if (server.era !== 'auto') return server.era
      return (known(server) ?? (await detect(server, caller))).era
    },
  }
}

/** A server of both eras is spoken to in the client's own. */
function eraIn({ era, isDual }: Spoken, client: 'legacy' | 'modern'): 'legacy' | 'modern' {
  return isDual === true ? client : era
}
