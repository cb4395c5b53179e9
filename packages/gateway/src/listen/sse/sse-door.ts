import { randomBytes } from 'node:crypto'
import { Cancel } from '../../cancel.ts'
import { classify } from '../../protocol/classify.ts'
import { isBatch } from '../../protocol/batch.ts'
import { refuseOtherVersion } from '../../protocol/legacy-rules.ts'
import {
  errorMessage,
  MessageError,
  readMessage,
  RPC_INVALID_REQUEST,
  type Message,
} from '../../protocol/message.ts'
import { CallAbort } from '../../upstream/call-abort.ts'
import { runningAt } from '../../upstream/in-flight.ts'
import { problemMessage, sendRpcRefusal } from '../delivery/refusal.ts'
import type { LegacyCarrier } from '../legacy-carrier.ts'
import { relayMerged } from '../legacy-merged.ts'
import { sessionIdOf } from '../peers.ts'
import { refuseListen } from '../problems.ts'
import type { RelayParts } from '../relay-parts.ts'
import type { ClientSession } from '../session/client-session.ts'
import { SharedReply } from '../shared-reply.ts'
import type { Visit } from '../visit.ts'
import { SseChannel } from './sse-channel.ts'
import type { SsePath } from './sse-path.ts'

/** Open streams per gateway and per key: as many as there may be sessions. */
const CHANNELS_MAX = 10_000
const CHANNELS_PER_KEY_MAX = 1_000
/** A client that has opened its stream initializes within this, in milliseconds. */
const INITIALIZE_MS = 30_000
/** 192 random bits: the address of a session's messages must not be guessed, though the key is asked for as well. */
const ID_BYTES = 24

/** The door of clients that speak HTTP+SSE only (MCP 2024-11-05): a stream, and an address for what they say. */
export interface SseDoor {
  get(visit: Visit, path: SsePath): Promise<void>
  post(visit: Visit, path: SsePath): Promise<void>
}

/** Opens the door; every message goes the way of any other legacy message. */
export function createSseDoor(parts: RelayParts, carrier: LegacyCarrier): SseDoor {
  const channels = new Map<string, SseChannel>()

  const admit = (visit: Visit): SseChannel => {
    const { keyId } = visit.caller
    const own = [...channels.values()].filter(({ caller }) => caller.keyId === keyId)
    if (channels.size >= CHANNELS_MAX || own.length >= CHANNELS_PER_KEY_MAX)
      throw refuseListen('listen.sessions_exhausted', { retryAfterSeconds: 30 })
    return new SseChannel(visit.exchange.reply, visit.caller, visit.endpoint)
  }

  /** Relays what the session's servers say unasked, for as long as stream and session live. */
  const relayNews = async (visit: Visit, channel: SseChannel): Promise<void> => {
    const { session, endpoint } = channel
    if (session === undefined || channel.isListening) return
    channel.isListening = true
    const over = new Cancel()
    const release = over.follow(channel.left, session.ended)
    const reply = new SharedReply(channel.ofNews, 'null')
    try {
      await relayMerged(parts, carrier.hopOf(session, endpoint), visit, over.signal, reply)
    } finally {
      release()
    }
  }

  const carry = async (
    visit: Visit,
    channel: SseChannel,
    message: Message,
    session: ClientSession,
  ): Promise<void> => {
    const isNotice = message.kind !== 'request'
    const way = isNotice ? channel.ofNews : channel
    const reply = new SharedReply(way, message.idText ?? 'null')
    await carrier.carry(visit, message, session, reply)
    if (message.method === 'initialize') await carrier.dropUngreeted(session, channel.endpoint)
    if (message.method === 'notifications/initialized')
      void report(visit, relayNews(visit, channel))
  }

  const report = (visit: Visit, work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => parts.onBug(error, visit.exchange.reply.requestId))

  /** The session that a message belongs to; `initialize` opens it. */
  const sessionFor = (
    visit: Visit,
    channel: SseChannel,
    message: Message,
  ): ClientSession | undefined => {
    if (message.kind !== 'request' || message.method !== 'initialize') return channel.session
    if (channel.session !== undefined) return undefined
    const session = carrier.open(visit, message)
    session.streams += 1
    // The stream is the session: when its servers or its rights are gone, the client has to open another one.
    session.ended.addEventListener('abort', () => channel.end(), { once: true })
    channel.session = session
    return session
  }

  return {
    async get(visit, { streamPath }) {
      const channel = admit(visit)
      const id = sessionIdOf(parts.peers.self, randomBytes(ID_BYTES).toString('base64url'))
      channels.set(id, channel)
      const end = new Cancel()
      const release = parts.inFlight.hold(
        runningAt(visit.caller, visit.endpoint.server),
        (reason) => end.abort(reason),
      )
      const late = setTimeout(() => {
        if (channel.session === undefined) channel.end()
      }, INITIALIZE_MS)
      end.signal.addEventListener('abort', () => channel.end(), { once: true })
      try {
        await channel.start(`${streamPath}/${id}`)
        await channel.over
      } finally {
        clearTimeout(late)
        release()
        channels.delete(id)
      }
      // Leaving is not cancelling: what is being carried is carried to its end.
      const { session } = channel
      if (session !== undefined && !session.ended.aborted) await channel.idle()
      if (session !== undefined)
        await parts.sessions.drop(session, new CallAbort('cancelled', undefined))
    },
    async post(visit, { channelId = '' }) {
      const { exchange, caller, endpoint } = visit
      const { headers, reply } = exchange
      const peer = exchange.isInternal ? undefined : parts.peers.ownerOfSession(channelId)
      const text = await exchange.readBody()
      if (peer !== undefined) return await parts.peers.forward(peer, exchange, text)
      const channel = channels.get(channelId)
      if (channel?.caller.keyId !== caller.keyId || channel.endpoint.id !== endpoint.id) {
        const problem = refuseListen('listen.session_unknown')
        return reply.json(404, problemMessage('null', problem, reply.requestId))
      }
      const message = readOne(text)
      if (message instanceof MessageError)
        return reply.json(400, errorMessage('null', message.rpcCode, message.message))
      const idText = message.idText ?? 'null'
      const classified = classify(message, headers)
      if (classified.kind === 'refused') return sendRpcRefusal(reply, idText, classified.refusal)
      const refuse = (sentence: string): void =>
        reply.json(400, errorMessage(idText, RPC_INVALID_REQUEST, sentence))
      if (classified.codec.era === 'modern')
        return refuse('this transport has no messages of the modern era')
      const session = sessionFor(visit, channel, message)
      if (session === undefined)
        return refuse(
          channel.session === undefined ? 'initialize first' : 'initialize was sent already',
        )
      const refusal = refuseOtherVersion(session.codec.revision, message.method, headers)
      if (refusal !== undefined) return sendRpcRefusal(reply, idText, refusal)
      await channel.drained()
      reply.empty(202)
      channel.hold(report(visit, carry(visit, channel, message, session)))
    },
  }
}

function readOne(text: string): Message | MessageError {
  if (isBatch(text)) return new MessageError(RPC_INVALID_REQUEST, 'messages are sent one by one')
  try {
    return readMessage(text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return error
  }
}
