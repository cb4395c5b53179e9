import { headerOf } from '../protocol/codec.ts'
import { errorMessage, RPC_INVALID_REQUEST, type Message } from '../protocol/message.ts'
import { refuseOtherVersion } from '../protocol/legacy-rules.ts'
import { legacyCodecIn, refuseVersion } from '../protocol/revisions.ts'
import { carryBatch } from './batch/carry-batch.ts'
import type { ClientExchange } from './http-listener.ts'
import type { LegacyCarrier } from './legacy-carrier.ts'
import { relayLegacyStream } from './legacy-stream.ts'
import { refuseListen } from './problems.ts'
import type { RelayParts } from './relay-parts.ts'
import { ClientSession } from './session/client-session.ts'
import { SILENT_GREETING } from './session/greeting.ts'
import { problemMessage, sendRpcRefusal } from './delivery/refusal.ts'
import type { Visit } from './visit.ts'

/** The door of legacy clients: sessions by `Mcp-Session-Id`, POST, GET and DELETE (MCP 2025-11-25, streamable HTTP). */
export interface LegacyDoor {
  post(visit: Visit, message: Message): Promise<void>
  /** Several messages in one POST; `text` is an array, if it is JSON at all. */
  postBatch(visit: Visit, text: string): Promise<void>
  get(visit: Visit): Promise<void>
  remove(visit: Visit): Promise<void>
}

/** Says with a new session whether it outlives the process that opened it, as long as its servers keep it. */
const RESUMABLE_HEADER = 'x-mcp-orchestra-session-resumable'

/** Opens the door of legacy clients. */
export function createLegacyDoor(parts: RelayParts, carrier: LegacyCarrier): LegacyDoor {
  const open = async (visit: Visit, message: Message): Promise<void> => {
    const { endpoint, exchange } = visit
    const session = carrier.open(visit, message)
    exchange.reply.beforeHead(() => {
      const { text, isKept } = parts.sessionIds.mint(session)
      exchange.reply.setHeader('mcp-session-id', text)
      exchange.reply.setHeader(RESUMABLE_HEADER, String(isKept))
    })
    await carrier.carry(visit, message, session, exchange.reply)
    await carrier.dropUngreeted(session, endpoint)
  }

  /**
   * The session of an id: in this process; at the gateway that opened it, which then answers; or, when that one is
   * away or this one was started anew, taken up again from the id itself.
   */
  const sessionOf = async (
    id: string,
    visit: Visit,
    body: string | undefined,
  ): Promise<ClientSession | 'elsewhere' | undefined> => {
    const live = parts.sessionIds.live(id, visit)
    if (live !== undefined) return live
    const { exchange } = visit
    const peer = exchange.isInternal ? undefined : parts.peers.ownerOfSession(id)
    if (peer !== undefined && (await parts.peers.reach(peer, exchange, body))) return 'elsewhere'
    // Two requests may have waited for the same peer: the session is taken up once.
    return parts.sessionIds.live(id, visit) ?? parts.sessionIds.resume(id, visit)
  }

  /** Runs with the request's session; without one, with a session for this request alone. */
  const within = async (
    visit: Visit,
    body: string | undefined,
    work: (session: ClientSession) => Promise<void>,
  ): Promise<void> => {
    const { exchange, caller, endpoint } = visit
    const id = headerOf(exchange.headers, 'mcp-session-id')
    if (id !== undefined) {
      const session = await sessionOf(id, visit, body)
      if (session === 'elsewhere') return
      if (session === undefined) return refuseUnknown(exchange)
      const refusal = refuseOtherVersion(session.codec.revision, '', exchange.headers)
      if (refusal !== undefined) return sendRpcRefusal(exchange.reply, 'null', refusal)
      return await work(session)
    }
    const codec = legacyCodecIn(exchange.headers)
    if (codec === undefined)
      return sendRpcRefusal(exchange.reply, 'null', refuseVersion(exchange.headers))
    const session = new ClientSession({
      id: '',
      endpointId: endpoint.id,
      caller,
      greeting: SILENT_GREETING,
      openLink: parts.openLink,
      mintId: () => parts.inFlight.mintId(),
    })
    session.agree(codec.revision)
    try {
      await work(session)
    } finally {
      await session.close()
    }
  }

  return {
    async post(visit, message) {
      if (message.kind === 'request' && message.method === 'initialize')
        return await open(visit, message)
      await within(visit, message.text, (session) =>
        carrier.carry(visit, message, session, visit.exchange.reply),
      )
    },
    async postBatch(visit, text) {
      const { exchange } = visit
      await within(visit, text, async (session) => {
        const { codec } = session
        if (!codec.takesBatches) {
          const sentence = `batches are not part of protocol revision ${codec.revision}: send one message`
          return exchange.reply.json(400, errorMessage('null', RPC_INVALID_REQUEST, sentence))
        }
        await carryBatch(parts.authorizer, visit, text, (message, reply) =>
          carrier.carry(visit, message, session, reply),
        )
      })
    },
    async get(visit) {
      await within(visit, undefined, (session) =>
        relayLegacyStream(parts, carrier.hopOf(session, visit.endpoint), visit),
      )
    },
    async remove(visit) {
      const { exchange, endpoint } = visit
      const id = headerOf(exchange.headers, 'mcp-session-id')
      if (id === undefined) return refuseWithout(exchange)
      await within(visit, undefined, async (session) => {
        await parts.sessionIds.end(session)
        // It was taken up here while the gateway that opened it was away: that one is told too, and answers.
        const peer = exchange.isInternal ? undefined : parts.peers.ownerOfSession(id)
        if (peer !== undefined && (await parts.peers.reach(peer, exchange, undefined))) return
        exchange.reply.empty(endpoint.server === undefined ? 204 : 200)
      })
    },
  }
}

function refuseUnknown({ reply }: ClientExchange): void {
  const problem = refuseListen('listen.session_unknown')
  reply.json(problem.kind.status, problemMessage('null', problem, reply.requestId))
}

function refuseWithout({ reply }: ClientExchange): void {
  const problem = refuseListen('listen.session_required')
  reply.json(problem.kind.status, problemMessage('null', problem, reply.requestId))
}
