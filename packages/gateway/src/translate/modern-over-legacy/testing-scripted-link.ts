import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { instant, type Id } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { Cancel } from '../../cancel.ts'
import { messageEvent, type SseEvent } from '../../protocol/sse/event.ts'
import { sampleKey, sampleServer } from '../../snapshot/testing.ts'
import type { UpstreamLink, UpstreamResponse } from '../../upstream/upstream.ts'
import type { Rpc } from './testing-legacy-server.ts'
import { createModernOverLegacy, type ModernOverLegacyParts } from './upstream.ts'

/** One session with a scripted legacy server, without a socket. */
export type ScriptedSession = {
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  /** What it was sent, in order. */
  readonly sent: Rpc[]
  isOpen: boolean
}

/** What a scripted server says to a request: a result at once, or messages on a stream that stays open. */
export type Scripted =
  | { readonly result: Record<string, unknown> }
  | { readonly messages: readonly Rpc[] }

/** A modern view of scripted legacy servers, by a clock in the hand of the test. */
export type ScriptedView = {
  readonly sessions: ScriptedSession[]
  readonly hand: {
    nowMs: number
    answer: (rpc: Rpc) => Scripted
  }
  readonly load: () => { readonly pooled: number; readonly parked: number }
  open(): ScriptedSession[]
  /** Sends a tool call and reads its first message. */
  call(more?: ScriptedCall): Promise<ScriptedAnswer>
  ask(method: string, params: object, more?: ScriptedCall): Promise<ScriptedAnswer>
  close(): Promise<void>
}

/** How a call differs from the usual one. */
export type ScriptedCall = {
  readonly alias?: string
  readonly key?: string
  /** The name of the client: another one is another session. */
  readonly client?: string
  readonly limits?: Partial<ServerEntity['limits']>
  readonly params?: object
}

/** What came first. */
export type ScriptedAnswer = {
  readonly result?: Record<string, unknown> & { readonly requestState?: string }
  readonly error?: { readonly code: number; readonly message: string }
}

const CAPABILITIES = {
  elicitation: {},
  extensions: { 'io.modelcontextprotocol/tasks': {} },
}

/** Builds it. */
export function scriptedView(bounds: NonNullable<ModernOverLegacyParts['bounds']>): ScriptedView {
  const hand: ScriptedView['hand'] = { nowMs: 0, answer: () => ({ result: { content: [] } }) }
  const sessions: ScriptedSession[] = []
  const servers = new Map<string, ServerEntity>()
  let minted = 0
  const mintId = (): number => (minted += 1)
  const view = createModernOverLegacy({
    openLink(server, { caller }) {
      const session: ScriptedSession = { server, caller, sent: [], isOpen: true }
      sessions.push(session)
      return linkTo(session, (rpc) => hand.answer(rpc))
    },
    mintId,
    clock: { now: () => instant(hand.nowMs), monotonicMs: () => hand.nowMs },
    slot: 'slot',
    bounds,
  })
  const ask: ScriptedView['ask'] = async (method, params, more = {}) => {
    const { alias = 'a', key = 'alice', client = 'test', limits = {} } = more
    const known = sampleServer(alias)
    const server =
      servers.get(alias) ?? sampleServer(alias, { limits: { ...known.limits, ...limits } })
    servers.set(alias, server)
    const id = mintId()
    const _meta = {
      'io.modelcontextprotocol/clientCapabilities': CAPABILITIES,
      'io.modelcontextprotocol/clientInfo': { name: client, version: '1' },
    }
    const response = await view.send(server, {
      caller: callerOf(key),
      text: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } }),
      id,
      method,
      headers: {},
      signal: new Cancel().signal,
      heldBytesMax: 1_000_000,
    })
    if (response.body.kind !== 'message') throw new Error(`no message but ${response.body.kind}`)
    return JSON.parse(response.body.text) as ScriptedAnswer
  }
  return {
    sessions,
    hand,
    ask,
    load: () => view.load(),
    open: () => sessions.filter(({ isOpen }) => isOpen),
    call: (more = {}) => ask('tools/call', { name: 'x', ...more.params }, more),
    close: () => view.close(new Error('the test is over')),
  }
}

function callerOf(key: string): CallerIdentity {
  const keyId = key as Id<'key'>
  return {
    keyId,
    organizationId: 'org_payer' as Id<'org'>,
    memberId: null,
    key: sampleKey(key, { id: key }),
  }
}

function linkTo(session: ScriptedSession, answer: (rpc: Rpc) => Scripted): UpstreamLink {
  const message = (rpc: Rpc): UpstreamResponse => ({
    status: 200,
    sessionId: undefined,
    body: { kind: 'message', text: JSON.stringify({ jsonrpc: '2.0', ...rpc }) },
  })
  return {
    server: session.server,
    send(text, { signal }) {
      const rpc = JSON.parse(text) as Rpc
      session.sent.push(rpc)
      const { id } = rpc
      if (id === undefined || rpc.method === undefined)
        return Promise.resolve({ status: 202, sessionId: undefined, body: NOTHING })
      if (rpc.method === 'initialize') return Promise.resolve(message({ id, result: GREETING }))
      const said = answer(rpc)
      if ('result' in said) return Promise.resolve(message({ id, result: said.result }))
      const { messages } = said
      const events = (async function* (): AsyncGenerator<SseEvent> {
        for (const one of messages) yield messageEvent(JSON.stringify({ jsonrpc: '2.0', ...one }))
        const { promise, resolve } = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => resolve(), { once: true })
        await promise
      })()
      return Promise.resolve({
        status: 200,
        sessionId: undefined,
        body: { kind: 'events', native: true, events },
      })
    },
    listen: () => Promise.resolve({ status: 405, sessionId: undefined, body: NOTHING }),
    close() {
      session.isOpen = false
      return Promise.resolve()
    },
  }
}

const NOTHING = { kind: 'none', detail: '' } as const
const GREETING = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {}, tasks: { requests: { tools: { call: {} } } } },
  serverInfo: { name: 'scripted', version: '1' },
}
