import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { instant, type Clock, type Id } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { refuse as refuseAuthorization } from '../../authorize/problems.ts'
import { createServerHealth } from '../../health/server-health.ts'
import { sampleKey } from '../../snapshot/testing.ts'
import type { Answer, AskOptions } from '../../upstream/ask.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { ClientEra, Endpoint, EndpointRequest, Route } from '../endpoint.ts'
import { createAggregateEndpoint } from './aggregate-endpoint.ts'

/** A server of tests: what it answers to each method. A method that is missing is unknown to it. */
export type ScriptedServer = {
  readonly server: ServerEntity
  readonly answers: Readonly<Record<string, (params: never, options: AskOptions) => unknown>>
}

/** Thrown by an answer of a {@link ScriptedServer}: it cannot be reached. */
export const unreachable = (): never => {
  throw refuseUpstream('upstream.unreachable')
}

/** An aggregate over scripted servers, with everything that was asked of them. */
export type AggregateBench = {
  readonly endpoint: Endpoint
  readonly asked: { alias: string; method: string; paramsText: string | undefined }[]
  readonly hand: { nowMs: number; deniedTools: Set<string>; scripts: ScriptedServer[] }
  resolve(
    method: string,
    params?: object,
    more?: Partial<Pick<EndpointRequest, 'era' | 'kind' | 'idText' | 'sessionId' | 'signal'>>,
  ): Promise<Route>
  /** The parsed result of what was answered here; fails the test otherwise. */
  answerOf(method: string, params?: object, more?: { era?: ClientEra }): Promise<never>
}

/** Builds it; prices by tool name. */
export function aggregateOf(
  scripts: ScriptedServer[],
  prices: Readonly<Record<string, string>> = {},
): AggregateBench {
  const hand = { nowMs: 0, deniedTools: new Set<string>(), scripts }
  const asked: AggregateBench['asked'] = []
  const clock: Clock = { now: () => instant(hand.nowMs), monotonicMs: () => hand.nowMs }
  const key = sampleKey('secret')
  const caller = {
    keyId: 'key_01' as Id<'key'>,
    organizationId: 'org_payer' as Id<'org'>,
    memberId: null,
    key,
  }
  const authorizer: Authorizer = {
    verify: () => Promise.resolve({ kind: 'caller', caller }),
    mayUse: () => undefined,
    mayCall: (_caller, _server, tool) =>
      hand.deniedTools.has(tool) ? refuseAuthorization('authorize.tool_denied') : undefined,
    mayUseWhole: () => undefined,
  }
  const endpoint = createAggregateEndpoint({
    snapshot: {
      servers: () =>
        hand.scripts.map(({ server }) => server).toSorted((a, b) => (a.alias < b.alias ? -1 : 1)),
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
    eras: {
      eraOf: ({ era }) => Promise.resolve(era === 'auto' ? 'legacy' : era),
      note: () => undefined,
      forget: () => undefined,
    },
    clock,
    catalog: createServerHealth(clock),
  })

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

  const resolve: AggregateBench['resolve'] = (method, params, more = {}) =>
    endpoint.resolve({
      caller,
      era: 'legacy',
      revision: '2025-11-25',
      kind: 'request',
      idText: '7',
      method,
      target: targetOf(method, params),
      paramsText: params === undefined ? undefined : JSON.stringify(params),
      sessionId: undefined,
      ask,
      signal: new AbortController().signal,
      ...more,
    })
  return {
    endpoint,
    asked,
    hand,
    resolve,
    async answerOf(method, params, more) {
      const route = await resolve(method, params, more)
      if (route.kind !== 'answer') throw new Error(`not answered here: ${JSON.stringify(route)}`)
      return JSON.parse(route.resultText) as never
    },
  }
}

function targetOf(method: string, params: object | undefined): string | undefined {
  const value: unknown =
    params === undefined
      ? undefined
      : Reflect.get(params, method.startsWith('resources/') ? 'uri' : 'name')
  return typeof value === 'string' ? value : undefined
}
