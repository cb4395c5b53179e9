import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { LinkFor, OpenLink } from './links.ts'
import type { ModernUpstream } from './modern-upstream.ts'
import type { ClientEra } from '../route/endpoint.ts'
import { NotThisEra } from './not-this-era.ts'
import type { Speech } from './speech.ts'
import { SpokenLink } from './spoken-link.ts'
import { SessionLost, type UpstreamLink, type UpstreamResponse } from './upstream.ts'

/** The ways to servers by what they speak; two of them translate (`../translate/`). */
export type Ways = {
  readonly speech: Speech
  readonly legacyNative: OpenLink
  readonly modernNative: ModernUpstream
  /** A legacy session with a modern server. */
  readonly legacyOverModern: OpenLink
  /** A modern view of a legacy server. */
  readonly modernOverLegacy: ModernUpstream
}

/** Servers as a modern client sees them. What contradicts the era that a server was taken for is asked again in the other. */
export function createModernUpstream(ways: Ways): ModernUpstream {
  const { speech } = ways
  const wayOf = (era: ClientEra): ModernUpstream =>
    era === 'modern' ? ways.modernNative : ways.modernOverLegacy
  /** Whether the server turns out to speak another era than it was taken for. */
  const hasChanged = async (
    server: ServerEntity,
    era: ClientEra,
    caller: CallerIdentity | undefined,
  ): Promise<boolean> => {
    if (server.era !== 'auto') return false
    speech.doubt(server)
    return (await speech.eraFor(server, 'modern', caller)) !== era
  }
  return {
    async send(server, request) {
      const known = speech.eraFor(server, 'modern', request.caller)
      const era = typeof known === 'string' ? known : await known
      try {
        const response = await wayOf(era).send(server, request)
        const isOdd = era === 'modern' && isNoModernAnswer(response)
        return isOdd && (await hasChanged(server, era, request.caller))
          ? await wayOf('legacy').send(server, request)
          : response
      } catch (error) {
        if (!(error instanceof NotThisEra)) throw error
        // Nothing of the request was run: once more, in what the server speaks now.
        if (!(await hasChanged(server, era, request.caller))) throw error.problem
        return await wayOf('modern').send(server, request)
      }
    },
  }
}

/** Statuses with which a legacy server refuses what has no session. */
const LEGACY_STATUSES: ReadonlySet<number> = new Set([400, 404, 405, 406])

/** Whether an answer is a refusal that no modern server gives: without a JSON-RPC error, or with a code of the servers' own (MCP 2026-07-28, era detection). */
function isNoModernAnswer({ status, body }: UpstreamResponse): boolean {
  if (!LEGACY_STATUSES.has(status)) return false
  if (body.kind === 'none') return true
  return body.kind === 'message' && /"code"\s*:\s*-320[01]\d\b/.test(body.text)
}

/** Servers as a legacy client sees them; what a server speaks may be found out only when the first message is sent. */
export function createLegacyLinks(ways: Ways): OpenLink {
  const open = (era: 'legacy' | 'modern', server: ServerEntity, who: LinkFor): UpstreamLink => {
    const isOfModern = who.kept?.offer !== undefined
    if (who.kept !== undefined && isOfModern !== (era === 'modern'))
      throw new SessionLost('it speaks another era now')
    if (era === 'legacy') return ways.legacyNative(server, who)
    return ways.legacyOverModern(server, who)
  }
  return (server, who) => {
    const era = ways.speech.eraFor(server, 'legacy', who.caller)
    return typeof era === 'string'
      ? open(era, server, who)
      : new SpokenLink(
          server,
          era.then((found) => open(found, server, who)),
        )
  }
}
