import type { KeyEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import { instant, type Clock, type Id } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../../authorize/authorizer.ts'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { refuse as refuseAuthorization } from '../../authorize/problems.ts'
import { createServerHealth } from '../../health/server-health.ts'
import { targetKeyOf } from '../../protocol/message.ts'
import { sampleKey } from '../../snapshot/testing.ts'
import type { Answer, AskOptions } from '../../upstream/ask.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { Endpoint, EndpointRequest, Route } from '../endpoint.ts'
import { createAggregateCore } from './aggregate-core.ts'
import { createAggregateEndpoint } from './aggregate-endpoint.ts'
import { createMetaToolsEndpoint } from './meta-tools/meta-tools-endpoint.ts'

/** A server of tests: what it answers to each method. A method that is missing is unknown to it. */
export type ScriptedServer = {
  readonly server: ServerEntity
  readonly answers: Readonly<Record<string, (params: never, options: AskOptions) => unknown>>
}

/** A tool of a scripted server. */
export function sampleTool(name: string, more: object = {}): object {
  return { name, inputSchema: { type: 'object' }, ...more }
}

/** Thrown by an answer of a {@link ScriptedServer}: it cannot be reached. */
export const unreachable = (): never => {
  throw refuseUpstream('upstream.unreachable')
}

/** Who calls with this key; the same one each time. */
export function sampleCaller(keyId: string): CallerIdentity {
  const known = CALLERS.get(keyId)
  if (known !== undefined) return known
  const caller = {
    keyId: keyId as Id<'key'>,
    organizationId: 'org_payer' as Id<'org'>,
    memberId: null,
    key: sampleKey('secret', { id: keyId }),
  }
  CALLERS.set(keyId, caller)
  return caller
}

const CALLERS = new Map<string, CallerIdentity>()

/** An aggregate over scripted servers, with everything that was asked of them. */
export type AggregateBench = {
  readonly endpoint: Endpoint
  readonly metaTools: Endpoint
  readonly asked: { alias: string; method: string; paramsText: string | undefined }[]
  readonly hand: {
    nowMs: number
    deniedTools: Set<string>
    scripts: ScriptedServer[]
    /** Keys of tests that differ from their first form; undefined for a revoked one. */
    keys: Map<string, KeyEntity | undefined>
    /** Servers that a key may not use, as `<key id> <server id>`. */
    deniedServers: Set<string>
  }
  /** Tells of a change of the snapshot, as the replica does after it was applied. */
  change(kind: 'server' | 'key' | 'organization' | 'price', id: string): void
  /** A request as the endpoints get it, of the same caller unless `more` says otherwise. */
  request(method: string, params?: object, more?: Partial<EndpointRequest>): EndpointRequest
  /** What becomes of it at `/mcp`, or at another endpoint. */
  resolve(
    method: string,
    params?: object,
    more?: Partial<EndpointRequest> & { readonly at?: Endpoint },
  ): Promise<Route>
  /** The parsed result of what was answered here; fails the test otherwise. */
  answerOf(
    method: string,
    params?: object,
    more?: Parameters<AggregateBench['resolve']>[2],
  ): Promise<never>
}

/** Builds it; prices by tool name. */
export function aggregateOf(
  scripts: ScriptedServer[],
  prices: Readonly<Record<string, string>> = {},
): AggregateBench {
  const hand: AggregateBench['hand'] = {
    nowMs: 0,
    deniedTools: new Set(),
    scripts,
    keys: new Map(),
    deniedServers: new Set(),
  }
  const listeners: ((change: { kind: string; id: string }) => void)[] = []
  const asked: AggregateBench['asked'] = []
  const clock: Clock = { now: () => instant(hand.nowMs), monotonicMs: () => hand.nowMs }
  const caller = sampleCaller('key_01')
  const authorizer: Authorizer = {
    verify: () => Promise.resolve({ kind: 'caller', caller }),
    mayUse: ({ keyId }, server) =>
      hand.deniedServers.has(`${keyId} ${server.id}`)
        ? refuseAuthorization('authorize.server_unknown')
        : undefined,
    mayCall: (_caller, _server, tool) =>
      hand.deniedTools.has(tool) ? refuseAuthorization('authorize.tool_denied') : undefined,
    mayUseWhole: () => undefined,
  }
  const core = createAggregateCore({
    snapshot: {
      servers: () =>
        hand.scripts.map(({ server }) => server).toSorted((a, b) => (a.alias < b.alias ? -1 : 1)),
      serverById: (id) => hand.scripts.find(({ server }) => server.id === id)?.server,
      keyById: (id) => (hand.keys.has(id) ? hand.keys.get(id) : sampleCaller(id).key),
      connectionOf: () => undefined,
      onChange: (listener) => void listeners.push(listener),
      priceOf: (serverId, tool) => {
        const amount = prices[tool]
        return amount === undefined
          ? undefined
          : {
              id: 'prc',
              serverId,
              tool,
              version: 1,
              amount,
              asset: 'USD',
              feeBps: 250,
              startsAtMs: 0,
            }
      },
    },
    authorizer,
    clock,
    catalog: createServerHealth(clock),
  })
  const endpoint = createAggregateEndpoint(core)
  const metaTools = createMetaToolsEndpoint(core, endpoint)

  const ask = async (
    server: ServerEntity,
    method: string,
    options: AskOptions = {},
  ): Promise<Answer> => {
    asked.push({ alias: server.alias, method, paramsText: options.paramsText })
    const answer = hand.scripts.find((script) => script.server.id === server.id)?.answers[method]
    if (answer === undefined)
      return { kind: 'error', text: '{"code":-32601,"message":"unknown method"}' }
    const params =
      options.paramsText === undefined ? {} : (JSON.parse(options.paramsText) as object)
    const result = await answer(params as never, options)
    return { kind: 'result', text: typeof result === 'string' ? result : JSON.stringify(result) }
  }

  const request: AggregateBench['request'] = (method, params, more = {}) => ({
    caller,
    era: 'legacy',
    revision: '2025-11-25',
    kind: 'request',
    idText: '7',
    method,
    target: targetOf(method, params),
    paramsText: params === undefined ? undefined : JSON.stringify(params),
    sessionId: undefined,
    capabilitiesText: '{}',
    ask,
    signal: new AbortController().signal,
    ...more,
  })
  const resolve: AggregateBench['resolve'] = (method, params, { at = endpoint, ...more } = {}) =>
    at.resolve(request(method, params, more))
  return {
    endpoint,
    metaTools,
    asked,
    hand,
    request,
    resolve,
    change: (kind, id) => {
      for (const listener of listeners) listener({ kind, id })
    },
    async answerOf(method, params, more) {
      const route = await resolve(method, params, more)
      if (route.kind !== 'answer') throw new Error(`not answered here: ${JSON.stringify(route)}`)
      return JSON.parse(route.resultText) as never
    },
  }
}

function targetOf(method: string, params: object | undefined): string | undefined {
  const value: unknown = params === undefined ? undefined : Reflect.get(params, targetKeyOf(method))
  return typeof value === 'string' ? value : undefined
}
