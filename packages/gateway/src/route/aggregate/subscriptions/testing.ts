import { vi } from 'vitest'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { sampleServer } from '../../../snapshot/testing.ts'
import type { AskOptions } from '../../../upstream/ask.ts'
import { abortReason } from '../../../upstream/http/exchange.ts'
import { refuseUpstream } from '../../../upstream/problems.ts'
import type { ClientTask } from '../../../upstream/task-facts.ts'
import { aggregateOf, sampleCaller, type AggregateBench, type ScriptedServer } from '../testing.ts'

/** A listen stream at a scripted server. */
export type OpenListen = {
  readonly alias: string
  /** What was asked for, and the whole of what was sent. */
  readonly filter: object
  readonly params: object
  /** The key in whose name it is open. */
  readonly key: string
  isOpen: boolean
  tell(method: string, params?: object): void
  /** Acknowledges this, or all that was asked for. */
  acknowledge(notifications?: object): void
  /** Ends it gracefully, with a broken connection, or with a fault of the gateway. */
  end(how?: 'complete' | 'broken' | 'bug'): void
}

/** A client's listen stream at the aggregate. */
export type ListenClient = {
  readonly sent: { method: string; params: Record<string, unknown> }[]
  /** The methods that it heard after its acknowledgement, without `notifications/`. */
  heard(): string[]
  /** What its acknowledgement promised; undefined before. */
  promised(): unknown
  leave(): void
  /** Whether the stream is over, and how. */
  over: unknown
}

/** Scripted modern servers whose listen streams are in the hand of the test, and clients before them; needs fake timers. */
export type ListenBench = {
  readonly bench: AggregateBench
  /** Every listen stream that was ever opened at a server, in order. */
  readonly opened: OpenListen[]
  /** Those that are open now. */
  open(): OpenListen[]
  client(filter: object, more?: ClientOptions): Promise<ListenClient>
  /** Replaces a server, or removes it, and tells of it. */
  replace(alias: string, server: Partial<ServerEntity> | undefined): Promise<void>
  /** Lets everything happen that waits for no time; with `ms`, what happens within it. */
  settle(ms?: number): Promise<void>
}

type ClientOptions = {
  readonly key?: string
  readonly id?: string
  /** The tasks that it listens for too. */
  readonly tasks?: readonly ClientTask[]
  /** Resolves when the client has taken a message; at once by default. */
  readonly taken?: () => Promise<void>
}

/** The id of the subscription in `_meta`. */
export const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
export const TOOLS_CHANGED = 'notifications/tools/list_changed'
export const PROMPTS_CHANGED = 'notifications/prompts/list_changed'
export const UPDATED = 'notifications/resources/updated'

/** Builds it; each server has all lists and owns the resources under `<alias>://`. */
export function listenBench(aliases: readonly string[]): ListenBench {
  const opened: OpenListen[] = []
  const scripts = aliases.map((alias) => listenServer(alias, opened))
  const bench = aggregateOf(scripts)
  const settle = async (ms = 0): Promise<void> => {
    bench.hand.nowMs += ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  return {
    bench,
    opened,
    open: () => opened.filter(({ isOpen }) => isOpen),
    settle,
    async client(
      filter,
      { key = 'key_01', id = '"my-id"', taken = () => Promise.resolve(), tasks } = {},
    ) {
      const left = new AbortController()
      const route = await bench.resolve(
        'subscriptions/listen',
        { notifications: filter },
        {
          era: 'modern',
          idText: id,
          tasks,
          signal: left.signal,
          caller: sampleCaller(key),
          ask: (server, method, options) =>
            bench.request('').ask(server, method, namedOptions(options, key)),
        },
      )
      if (route.kind !== 'produce') throw new Error('not produced')
      const sent: ListenClient['sent'] = []
      const client: ListenClient = {
        sent,
        heard: () => sent.slice(1).map(({ method }) => method.replace('notifications/', '')),
        promised: () => sent[0]?.params['notifications'],
        leave: () => left.abort(),
        over: undefined,
      }
      const result = route.produce((text) => {
        sent.push(JSON.parse(text) as ListenClient['sent'][number])
        return taken()
      })
      void result.then(
        (text) => (client.over = JSON.parse(text)),
        (failure: unknown) => (client.over = failure),
      )
      await settle()
      return client
    },
    async replace(alias, changes) {
      const { hand } = bench
      const at = hand.scripts.findIndex(({ server }) => server.alias === alias)
      const script = hand.scripts[at] ?? listenServer(alias, opened)
      if (at !== -1) hand.scripts.splice(at, 1)
      if (changes !== undefined)
        hand.scripts.push({ ...script, server: { ...script.server, ...changes } })
      bench.change('server', script.server.id)
      await settle()
    },
  }
}

/** The options of an ask that remember who asks, for {@link OpenListen.key}. */
function namedOptions(options: AskOptions | undefined, key: string): AskOptions {
  const named = { ...options }
  ASKERS.set(named, key)
  return named
}

const ASKERS = new WeakMap<AskOptions, string>()

function listenServer(alias: string, opened: OpenListen[]): ScriptedServer {
  const capabilities = { tools: {}, prompts: {}, resources: {} }
  return {
    server: sampleServer(alias, { era: 'modern' }),
    answers: {
      'server/discover': () => ({ capabilities }),
      'resources/templates/list': () => ({
        resourceTemplates: [{ uriTemplate: `${alias}://{id}`, name: 'r' }],
      }),
      'resources/list': () => ({ resources: [] }),
      'subscriptions/listen': (params: { notifications: object }, options) =>
        openListen(alias, params, options, opened),
    },
  }
}

function openListen(
  alias: string,
  params: { notifications: object },
  options: AskOptions,
  opened: OpenListen[],
): Promise<object> {
  const { onNotification, signal } = options
  const over = Promise.withResolvers<object>()
  const close = (settle: () => void): void => {
    listen.isOpen = false
    settle()
  }
  const listen: OpenListen = {
    alias,
    filter: params.notifications,
    params,
    key: ASKERS.get(options) ?? '',
    isOpen: true,
    tell(method, more = {}) {
      const _meta = { [SUBSCRIPTION]: `hop-${alias}` }
      onNotification?.(JSON.stringify({ jsonrpc: '2.0', method, params: { ...more, _meta } }))
    },
    acknowledge(notifications = params.notifications) {
      listen.tell('notifications/subscriptions/acknowledged', { notifications })
    },
    end(how = 'complete') {
      const failure = how === 'bug' ? new Error('a bug') : refuseUpstream('upstream.failed')
      close(() => (how === 'complete' ? over.resolve({}) : over.reject(failure)))
    },
  }
  signal?.addEventListener('abort', () => close(() => over.reject(abortReason(signal))), {
    once: true,
  })
  opened.push(listen)
  return over.promise
}
