import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { scanArray, scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { LEGACY_NEWEST } from '../protocol/revisions.ts'
import { REVISION_2026_07_28 } from '../protocol/rev-2026-07-28/codec.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Answer, Ask } from './ask.ts'
import { withDeadline } from './deadline.ts'
import { HttpLink } from './http/http-link.ts'
import type { HttpPools } from './http/pools.ts'
import { introduce, OWN_GREETING } from './introduce.ts'
import { createModernAsk } from './modern-ask.ts'
import { createModernHttp } from './modern-native.ts'
import { lookAtApi } from './openapi/look.ts'
import { createOpenApiUpstream } from './openapi/openapi-upstream.ts'
import { requestText } from './own-request.ts'
import { refuseUpstream } from './problems.ts'
import { readAnswer } from './read-answer.ts'
import type { ChildPool } from './stdio/child-pool.ts'
import { createModernLoan } from './stdio/modern-stdio.ts'
import { HELD_LIST_BYTES_MAX, type UpstreamLink } from './upstream.ts'

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

/** Visits a server on the gateway's own behalf, or with the account of a caller, for health and discovery; rejects with a problem that names the cause. */
export type VisitServer = (
  server: ServerEntity,
  signal?: CancelSignal,
  caller?: CallerIdentity,
) => Promise<Visit>

/** What visits need. */
export type VisitParts = {
  readonly pools: HttpPools
  readonly children: ChildPool
  readonly mintId: () => number
}

/**
 * A process that does not answer `server/discover` within this is a legacy one, in milliseconds (MCP 2026-07-28, stdio,
 * backward compatibility): most refuse it at once, some say nothing to what comes before `initialize`.
 */
const STDIO_PROBE_MS = 8_000

/** Visits by the rule of the protocol: modern first, and legacy when the answer is not a modern one (MCP, era detection). */
export function createVisits(all: VisitParts): VisitServer {
  return async (server, signal, caller) => {
    const parts = { ...all, pools: all.pools.as(caller) }
    if (server.transport.kind === 'openapi') return await visitApi(parts, server, signal)
    if (server.era === 'legacy') return await visitLegacy(parts, server, signal)
    if (server.transport.kind === 'stdio') return await visitProcess(parts, server, signal)
    return (await visitHttp(parts, server, signal)) ?? (await visitLegacy(parts, server, signal))
  }
}

/** A REST API speaks what we speak for it; only its host is looked at. */
async function visitApi(
  { pools, mintId }: VisitParts,
  server: ServerEntity,
  signal: CancelSignal | undefined,
): Promise<Visit> {
  await lookAtApi(pools, server, signal)
  const ask = createModernAsk(createOpenApiUpstream(pools), mintId, NOBODY)
  const { text } = await ask(server, 'server/discover', signal === undefined ? {} : { signal })
  return {
    era: 'modern',
    revision: REVISION_2026_07_28,
    greetingText: text,
    ask,
    close: () => Promise.resolve(),
  }
}

/** For whom the gateway visits: nobody, and it can be asked nothing. */
const NOBODY = { caller: undefined, capabilitiesText: '{}' } as const

function visitOf({ id }: ServerEntity): string {
  return `visit of ${id}`
}

async function visitHttp(
  parts: VisitParts,
  server: ServerEntity,
  signal: CancelSignal | undefined,
): Promise<Visit | undefined> {
  const ask = createModernAsk(createModernHttp(parts.pools), parts.mintId, NOBODY)
  const greetingText = await discoverModern(ask, server, signal)
  if (greetingText === undefined) return undefined
  return {
    era: 'modern',
    revision: REVISION_2026_07_28,
    greetingText,
    isDual: await isDual(parts, server, signal),
    ask,
    close: () => Promise.resolve(),
  }
}

/** Asks a fresh process. One that answers in another way is greeted the legacy way; one that says nothing or dies is replaced for that. */
async function visitProcess(
  parts: VisitParts,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<Visit> {
  const loan = parts.children.lend(server, visitOf(server), true)
  const ask = createModernAsk(createModernLoan(loan), parts.mintId, NOBODY)
  try {
    const probed = await probe(ask, server, outer)
    if (probed === 'answered') return await visitLegacy(parts, server, outer, loan.openLegacy())
    if (probed === 'silent') {
      loan.giveBack()
      return await visitLegacy(parts, server, outer)
    }
    const { greetingText } = probed
    return {
      era: 'modern',
      revision: REVISION_2026_07_28,
      greetingText,
      isDual: await isDual(parts, server, outer),
      ask,
      close: () => Promise.resolve(loan.giveBack()),
    }
  } catch (error) {
    loan.giveBack()
    throw error
  }
}

/** A process that answered, but not as a modern one, or that said nothing or died. */
type Probed = { readonly greetingText: string } | 'answered' | 'silent'

async function probe(
  ask: Ask,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<Probed> {
  const waitMs = Math.min(STDIO_PROBE_MS, server.limits.callTimeoutMs)
  try {
    const greetingText = await withDeadline(waitMs, outer, (signal) =>
      discoverModern(ask, server, signal),
    )
    return greetingText === undefined ? 'answered' : { greetingText }
  } catch (error) {
    // Silence and death are what legacy servers do; who does not wait any more learns nothing of the server.
    if (!(error instanceof Problem) || outer?.aborted === true || server.era === 'modern')
      throw error
    return 'silent'
  }
}

/** The result of `server/discover`; undefined when the server does not speak our modern revision. */
async function discoverModern(
  ask: Ask,
  server: ServerEntity,
  signal: CancelSignal | undefined,
): Promise<string | undefined> {
  const answer = await discover(ask, server, signal)
  if (answer?.kind === 'result' && speaksModern(answer.text)) return answer.text
  if (server.era !== 'modern') return undefined
  throw refuseUpstream('upstream.invalid_answer', { detail: 'it did not answer server/discover' })
}

/** A registered era is final: nobody will ask for the other one. */
async function isDual(
  parts: VisitParts,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<boolean> {
  return server.era === 'auto' && (await answersInitialize(parts, server, outer))
}

/** Whether a modern server speaks the legacy revisions too; what is not clear is no. */
async function answersInitialize(
  parts: VisitParts,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<boolean> {
  const link = openLegacy(parts, server, { isShared: false, isProbe: true })
  const { mintId } = parts
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

function openLegacy(
  { pools, children }: VisitParts,
  server: ServerEntity,
  use: { readonly isShared: boolean; readonly isProbe?: boolean },
): UpstreamLink {
  if (server.transport.kind === 'http') return new HttpLink(pools, server)
  const { revision } = LEGACY_NEWEST
  return children.open(server, { holder: visitOf(server), revision, ...use })
}

async function visitLegacy(
  parts: VisitParts,
  server: ServerEntity,
  outer: CancelSignal | undefined,
  link: UpstreamLink = openLegacy(parts, server, { isShared: true }),
): Promise<Visit> {
  const { mintId } = parts
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
