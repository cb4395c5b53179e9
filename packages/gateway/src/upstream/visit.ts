import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { scanArray, scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { LEGACY_NEWEST } from '../protocol/revisions.ts'
import { REVISION_2026_07_28 } from '../protocol/rev-2026-07-28/codec.ts'
import type { Answer, Ask } from './ask.ts'
import { withDeadline } from './deadline.ts'
import { HttpLink } from './http/http-link.ts'
import type { HttpPools } from './http/pools.ts'
import { introduce, OWN_GREETING } from './introduce.ts'
import { createModernAsk } from './modern-ask.ts'
import { createModernHttp } from './modern-http.ts'
import { requestText } from './own-request.ts'
import { refuseUpstream } from './problems.ts'
import { readAnswer } from './read-answer.ts'
import type { ChildPool } from './stdio/child-pool.ts'
import { HELD_LIST_BYTES_MAX } from './upstream.ts'

/** A server as the gateway itself found it: its era, its greeting, and a way to ask it more. */
export type Visit = {
  readonly era: 'legacy' | 'modern'
  readonly revision: string
  /** Whether a modern server answers `initialize` too: legacy clients then need no translation. */
  readonly isDual?: boolean
  /** The JSON text of the `initialize` or `server/discover` result. */
  readonly greetingText: string
  readonly ask: Ask
  close(): Promise<void>
}

/** Visits a server on the gateway's own behalf, for health and discovery; rejects with a problem that names the cause. */
export type VisitServer = (server: ServerEntity, signal?: CancelSignal) => Promise<Visit>

/** What visits need. */
export type VisitParts = {
  readonly pools: HttpPools
  readonly children: ChildPool
  readonly mintId: () => number
}

/** Visits by the rule of the protocol: modern first, and legacy when the answer is not a modern one (MCP, era detection). */
export function createVisits(parts: VisitParts): VisitServer {
  return async (server, signal) => {
    if (server.transport.kind === 'http' && server.era !== 'legacy') {
      const modern = await visitModern(parts, server, signal)
      if (modern !== undefined) return modern
    }
    return await visitLegacy(parts, server, signal)
  }
}

async function visitModern(
  { pools, mintId }: VisitParts,
  server: ServerEntity,
  signal: CancelSignal | undefined,
): Promise<Visit | undefined> {
  const ask = createModernAsk(createModernHttp(pools), mintId, {
    caller: undefined,
    capabilitiesText: '{}',
  })
  const answer = await discover(ask, server, signal)
  if (answer?.kind !== 'result' || !speaksModern(answer.text)) {
    if (server.era === 'modern')
      throw refuseUpstream('upstream.invalid_answer', {
        detail: 'it did not answer server/discover',
      })
    return undefined
  }
  return {
    era: 'modern',
    revision: REVISION_2026_07_28,
    greetingText: answer.text,
    // A registered era is final: nobody will ask for the other one.
    isDual: server.era === 'auto' && (await answersInitialize({ pools, mintId }, server, signal)),
    ask,
    close: () => Promise.resolve(),
  }
}

/** Whether a modern server speaks the legacy revisions too; what is not clear is no. */
async function answersInitialize(
  { pools, mintId }: Pick<VisitParts, 'pools' | 'mintId'>,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<boolean> {
  const link = new HttpLink(pools, server)
  try {
    await withDeadline(server.limits.callTimeoutMs, outer, (signal) =>
      introduce(link, OWN_GREETING, mintId(), signal),
    )
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return false
  } finally {
    await link.close()
  }
}

/** No answer that means anything is no evidence for either era, except an unreachable server's, which ends the visit. */
async function discover(
  ask: Ask,
  server: ServerEntity,
  signal: CancelSignal | undefined,
): Promise<Answer | undefined> {
  try {
    return await ask(server, 'server/discover', signal === undefined ? {} : { signal })
  } catch (error) {
    if (error instanceof Problem && error.code === 'upstream.invalid_answer') return undefined
    throw error
  }
}

function speaksModern(resultText: string): boolean {
  const versions = memberOf(scanObject(resultText), 'supportedVersions')
  const list = versions === undefined ? undefined : scanArray(resultText, versions.value.start)
  return list?.elements.some((span) => stringAt(resultText, span) === REVISION_2026_07_28) ?? false
}

async function visitLegacy(
  { pools, children, mintId }: VisitParts,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<Visit> {
  const isHttp = server.transport.kind === 'http'
  const link = isHttp
    ? new HttpLink(pools, server)
    : children.open(server, {
        holder: `visit of ${server.id}`,
        isShared: true,
        revision: LEGACY_NEWEST.revision,
      })
  try {
    const { resultText, revision } = await withDeadline(
      server.limits.callTimeoutMs,
      outer,
      (signal) => introduce(link, OWN_GREETING, mintId(), signal),
    )
    const ask: Ask = async (_server, method, options = {}) =>
      await withDeadline(server.limits.callTimeoutMs, options.signal, async (signal) => {
        const id = mintId()
        const sending = { id, method, headers: {}, signal, heldBytesMax: HELD_LIST_BYTES_MAX }
        const response = await link.send(requestText(id, method, options.paramsText), sending)
        return await readAnswer(response, id, (message) => options.onNotification?.(message.text))
      })
    return {
      era: 'legacy',
      revision: revision ?? LEGACY_NEWEST.revision,
      greetingText: resultText,
      ask,
      close: () => link.close(),
    }
  } catch (error) {
    await link.close()
    throw error
  }
}
