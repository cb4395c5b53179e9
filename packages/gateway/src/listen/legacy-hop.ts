import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { paramString, paramText, readMessage } from '../protocol/message.ts'
import type { Answer, Ask } from '../upstream/ask.ts'
import type { Call } from '../upstream/call.ts'
import { withDeadline } from '../upstream/deadline.ts'
import { introduce } from '../upstream/introduce.ts'
import { notificationText, requestText } from '../upstream/own-request.ts'
import { readAnswer } from '../upstream/read-answer.ts'
import {
  HELD_LIST_BYTES_MAX,
  SessionLost,
  type UpstreamLink,
  type UpstreamResponse,
} from '../upstream/upstream.ts'
import type { Endpoint } from '../route/endpoint.ts'
import type { Hop } from './client-request.ts'
import { heldBytesFor } from './held-bytes.ts'
import { inboundAt } from './merged-news.ts'
import { refuseListen } from './problems.ts'
import type { ClientSession, Greeted } from './session/client-session.ts'
import { repeatState } from './session/repeat-state.ts'

/** How long a server may take to hear of a cancellation, in milliseconds; nobody waits for it. */
const CANCEL_TIMEOUT_MS = 2_000

/** What the legacy way needs besides the session. */
export type LegacyHopParts = {
  readonly session: ClientSession
  readonly endpoint: Endpoint
  /** A client without a session at a transparent HTTP endpoint: its messages pass as they are. */
  readonly isBare: boolean
  readonly mintId: () => number
  /** Forgets the session: its server no longer knows it. */
  readonly onLost: (session: ClientSession) => void
}

/** The legacy way: over the session's links, which the gateway opens and greets where the client did not. */
export function createLegacyHop(parts: LegacyHopParts): Hop {
  const { session, endpoint, isBare } = parts
  let level: string | undefined
  const sendOver = (
    link: UpstreamLink,
    call: Call,
    text: string,
    headers: Readonly<Record<string, string>>,
    signal: CancelSignal,
  ): Promise<UpstreamResponse> =>
    // A link that we greeted speaks the revision that it agreed on with us, not the client's.
    session.send(link, call, text, {
      headers: session.greeted.has(link.server.id) ? {} : headers,
      signal,
      heldBytesMax: heldBytesFor(call.facts.method),
    })
  return {
    sessionId: session.id === '' ? undefined : session.id,
    capabilitiesText: session.greeting.capabilitiesText,
    ask: createLegacyAsk(parts),
    async send(call, text, headers, signal) {
      const { server, method } = call.facts
      if (method === 'logging/setLevel') level = levelIn(text)
      const isOpening = method === 'initialize' || isBare
      const link = isOpening ? session.attach(server) : await linkTo(parts, server, signal)
      try {
        return await sendOver(link, call, text, headers, signal)
      } catch (error) {
        if (!(error instanceof SessionLost)) throw error
        session.detach(link)
        if (endsWithIts(session, endpoint)) throw lost(parts)
        // The server said that it does not know the session, so it did not run the call: once more, newly greeted.
        return await sendOver(await linkTo(parts, server, signal), call, text, headers, signal)
      }
    },
    greeted: (resultText) => noteGreeting(session, resultText),
    answered: ({ facts }, resultText) => {
      const { method, server, target = '' } = facts
      if (method === 'initialize') noteGreeting(session, resultText)
      if (level !== undefined) session.state.setLevel(level)
      if (method === 'resources/subscribe') session.state.subscribed(server.id, target)
      if (method === 'resources/unsubscribe') session.state.unsubscribed(server.id, target)
    },
    inboundOf: (call) => (message) => {
      const link = session.linkTo(call.facts.server.id)
      return link === undefined ? { kind: 'drop' } : inboundAt(parts, link)(message)
    },
    cancel: (call) => {
      const { mintedId, server } = call.facts
      const paramsText = `{"requestId":${mintedId},"reason":"nobody waits for the result any more"}`
      void tell(session.linkTo(server.id), 'notifications/cancelled', paramsText)
    },
    remember: (call, text) => session.remember(call, text),
  }
}

/** The level that a `logging/setLevel` names; undefined when it is none that a server could have. */
function levelIn(requestText: string): string | undefined {
  const level = paramString(readMessage(requestText), 'level')
  return level !== undefined && /^[a-z]{1,16}$/.test(level) ? level : undefined
}

function noteGreeting(session: ClientSession, resultText: string): void {
  session.agree(stringAt(resultText, memberOf(scanObject(resultText), 'protocolVersion')?.value))
  session.greetingResult = resultText
}

/** The session's link to a server, opened and greeted with the client's own words when there is none. */
export async function linkTo(
  parts: LegacyHopParts,
  server: ServerEntity,
  signal: CancelSignal,
): Promise<UpstreamLink> {
  const { session, endpoint } = parts
  const known = session.linkTo(server.id)
  const pending = session.greeted.get(server.id)
  if (known !== undefined && pending === undefined) return known
  // A transparent session began with the client's own initialize: when its link is gone, so is the session.
  if (endpoint.server !== undefined && session.id !== '') throw lost(parts)
  return (await (pending ?? greet(parts, server, signal))).link
}

function greet(
  { session, mintId }: LegacyHopParts,
  server: ServerEntity,
  outer: CancelSignal,
): Promise<Greeted> {
  const link = session.attach(server)
  const greeted = withDeadline(server.limits.callTimeoutMs, outer, async (signal) => {
    const { resultText } = await introduce(link, session.greeting.paramsText, mintId(), signal)
    await repeatState(session.state, link, mintId, signal)
    return { link, resultText }
  }).catch((error: unknown) => {
    session.detach(link)
    throw error
  })
  session.greeted.set(server.id, greeted)
  return greeted
}

function createLegacyAsk(parts: LegacyHopParts): Ask {
  const { session, endpoint, mintId } = parts
  return async (server, method, options = {}) =>
    await withDeadline(
      server.limits.callTimeoutMs,
      options.signal ?? session.ended,
      async (signal) => {
        const link = await linkTo(parts, server, signal)
        if (method === 'initialize') {
          const greeted = await session.greeted.get(server.id)
          const text = greeted?.resultText ?? (await askAnew(parts, server, link, signal))
          return { kind: 'result', text }
        }
        const id = mintId()
        const text = requestText(id, method, options.paramsText)
        const sending = { id, method, headers: {}, signal, heldBytesMax: HELD_LIST_BYTES_MAX }
        const answerOf = async (): Promise<Answer> => {
          try {
            return await readAnswer(await link.send(text, sending), id, (message) => {
              const token = paramText(message, 'progressToken')
              if (message.kind === 'notification' && token === undefined)
                options.onNotification?.(message.text)
            })
          } catch (error) {
            if (!(error instanceof SessionLost)) throw error
            session.detach(link)
            if (endsWithIts(session, endpoint)) throw lost(parts)
            const again = await linkTo(parts, server, signal)
            return await readAnswer(await again.send(text, sending), id, () => undefined)
          }
        }
        const answer = await answerOf()
        const level = method === 'logging/setLevel' ? levelIn(text) : undefined
        if (level !== undefined && answer.kind === 'result') session.state.setLevel(level)
        return answer
      },
    )
}

/**
 * What a server says to the client's greeting, when it said so to an earlier process: it is asked in a session of
 * its own, since one session is greeted once, and that session is ended again.
 */
async function askAnew(
  { session, mintId }: LegacyHopParts,
  server: ServerEntity,
  link: UpstreamLink,
  signal: CancelSignal,
): Promise<string> {
  const other = session.openBeside(server)
  try {
    const { resultText } = await introduce(other, session.greeting.paramsText, mintId(), signal)
    session.greeted.set(server.id, Promise.resolve({ link, resultText }))
    return resultText
  } finally {
    void other.close()
  }
}

/**
 * Whether a session ends with its server's own session: a transparent one is that session, and of one that was taken up
 * without its notes nobody knows what a newly greeted server would have to be told.
 */
export function endsWithIts(session: ClientSession, endpoint: Endpoint): boolean {
  return endpoint.server !== undefined || session.isForgetful
}

/** Sends a notification and forgets it. */
export async function tell(
  link: UpstreamLink | undefined,
  method: string,
  paramsText?: string,
): Promise<void> {
  if (link === undefined) return
  try {
    await link.send(notificationText(method, paramsText), {
      method,
      id: undefined,
      headers: {},
      signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS),
      heldBytesMax: HELD_LIST_BYTES_MAX,
    })
  } catch {
    // The server may be the very thing that failed: its loss is reported where its answer is missed.
  }
}

function lost({ session, onLost }: LegacyHopParts): Error {
  onLost(session)
  return refuseListen('listen.session_unknown', { detail: 'the server behind it has ended it' })
}
