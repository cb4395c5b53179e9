import type { CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import type { EndpointRequest, Route } from '../endpoint.ts'
import type { Directory } from './directory.ts'
import type { Memberships } from './membership.ts'

/** What a client wants to hear of (MCP 2026-07-28, `subscriptions/listen`). */
const Filter = z.looseObject({
  toolsListChanged: z.boolean().optional(),
  promptsListChanged: z.boolean().optional(),
  resourcesListChanged: z.boolean().optional(),
  resourceSubscriptions: z.array(z.string()).optional(),
})
type Filter = z.infer<typeof Filter>
const Params = z.looseObject({ notifications: Filter.optional() })

const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
/** How long the merged acknowledgement waits for the slowest upstream's. */
const ACKNOWLEDGE_WAIT_MS = 5_000
/** Changes of the same kind within this time are told once: a restart changes all of a server's lists. */
const DEBOUNCE_MS = 100

/** The servers and keys that a listen stream is made of. */
export type SubscriptionPorts = { readonly memberships: Memberships; readonly directory: Directory }

/**
 * `subscriptions/listen` at an aggregate: one upstream listen per member, one merged acknowledgement first,
 * and every message tagged with the client's own subscription id. Ends when the client leaves, or when no
 * upstream is left.
 */
export function listenToAll(request: EndpointRequest, ports: SubscriptionPorts): Route {
  return {
    kind: 'produce',
    async produce(send) {
      const filter = Params.parse(JSON.parse(request.paramsText ?? '{}')).notifications ?? {}
      const shares = await sharesOf(request, filter, ports)
      const stream = createMergedStream(request.idText, send)
      const listens = shares.map(({ server, share }) => listenToOne(request, server, share, stream))
      await Promise.race([
        Promise.all(listens.map(({ acknowledged }) => acknowledged)),
        stream.waited(),
      ])
      await stream.acknowledge()
      // A stream that ended at once would make the client ask again and again.
      if (listens.length === 0) await aborted(request.signal)
      await Promise.all(listens.map(({ ended }) => ended))
      await stream.end()
      return `{"resultType":"complete","_meta":{"${META_SUBSCRIPTION}":${request.idText ?? 'null'}}}`
    },
  }
}

function aborted(signal: CancelSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

type Share = { readonly server: ServerEntity; readonly share: Filter }

/** What is asked of each member: all list changes that it announces, and the resources that it owns. */
async function sharesOf(
  request: EndpointRequest,
  filter: Filter,
  ports: SubscriptionPorts,
): Promise<Share[]> {
  const { members } = await ports.memberships.of(request)
  const owners = await Promise.all(
    (filter.resourceSubscriptions ?? []).map(async (uri) => ({
      uri,
      owner: await ports.directory.findResource(request, uri),
    })),
  )
  return members.flatMap(({ server }) => {
    const { resourceSubscriptions: _all, ...rest } = filter
    const uris = owners.flatMap(({ uri, owner }) => (owner?.id === server.id ? [uri] : []))
    const share: Filter = uris.length > 0 ? { ...rest, resourceSubscriptions: uris } : rest
    return Object.keys(share).length > 0 ? [{ server, share }] : []
  })
}

/** One upstream's part: when it acknowledged (or gave up), and when it ended. */
function listenToOne(
  request: EndpointRequest,
  server: ServerEntity,
  share: Filter,
  stream: MergedStream,
): { acknowledged: Promise<void>; ended: Promise<void> } {
  const acknowledged = Promise.withResolvers<void>()
  const listen = async (): Promise<void> => {
    try {
      await request.ask(server, 'subscriptions/listen', {
        paramsText: JSON.stringify({ notifications: share }),
        signal: request.signal,
        open: true,
        onNotification(text) {
          if (stream.take(text) === ACKNOWLEDGED) acknowledged.resolve()
        },
      })
    } catch (failure) {
      // A member that cannot be listened to is left out of the acknowledgement; the others go on.
      if (!(failure instanceof Problem) && !request.signal.aborted) throw failure
    } finally {
      acknowledged.resolve()
    }
  }
  return { acknowledged: acknowledged.promise, ended: listen() }
}

/** The client's side of a listen stream. */
type MergedStream = {
  /** Takes an upstream's message and returns its method. */
  take(text: string): string | undefined
  acknowledge(): Promise<void>
  /** Resolves when the acknowledgement shall wait no longer. */
  waited(): Promise<void>
  end(): Promise<void>
}

function createMergedStream(
  idText: string | undefined,
  send: (text: string) => Promise<void>,
): MergedStream {
  const tag = idText ?? 'null'
  const honoured: Filter = {}
  const held: string[] = []
  const recent = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  let isAcknowledged = false
  let sending: Promise<void> = Promise.resolve()

  const push = (text: string): void => {
    sending = sending.then(() => send(text))
    // The failure is the client's leaving, which also aborts the request; whoever awaits `sending` sees it.
    sending.catch(() => undefined)
  }

  const relay = (text: string, method: string): void => {
    if (!method.endsWith('/list_changed')) return push(text)
    if (recent.has(method)) return
    recent.add(method)
    const timer = setTimeout(() => {
      recent.delete(method)
      timers.delete(timer)
      push(text)
    }, DEBOUNCE_MS)
    timers.add(timer)
  }

  return {
    take(text) {
      const root = scanObject(text)
      const method = stringAt(text, memberOf(root, 'method')?.value)
      if (method === ACKNOWLEDGED) honour(honoured, text)
      else if (method !== undefined && !isAcknowledged) held.push(retag(text, tag))
      else if (method !== undefined) relay(retag(text, tag), method)
      return method
    },
    async acknowledge() {
      isAcknowledged = true
      const params = `{"notifications":${JSON.stringify(honoured)},"_meta":{"${META_SUBSCRIPTION}":${tag}}}`
      push(`{"jsonrpc":"2.0","method":"${ACKNOWLEDGED}","params":${params}}`)
      for (const early of held.splice(0)) push(early)
      await sending
    },
    async waited() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ACKNOWLEDGE_WAIT_MS)
      timers.add(timer)
      await promise
    },
    async end() {
      for (const timer of timers) clearTimeout(timer)
      await sending
    },
  }
}

const Acknowledgement = z.object({ params: z.looseObject({ notifications: Filter.optional() }) })

/** Adds what one upstream honours. */
function honour(honoured: Filter, text: string): void {
  const parsed = Acknowledgement.safeParse(JSON.parse(text))
  const more = parsed.success ? (parsed.data.params.notifications ?? {}) : {}
  for (const flag of ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const) {
    if (more[flag] === true) honoured[flag] = true
  }
  if (more.resourceSubscriptions !== undefined) {
    honoured.resourceSubscriptions = [
      ...(honoured.resourceSubscriptions ?? []),
      ...more.resourceSubscriptions,
    ]
  }
}

/** The message with the client's subscription id in place of the upstream hop's. */
function retag(text: string, tag: string): string {
  const params = memberOf(scanObject(text), 'params')
  const object = params === undefined ? undefined : scanObject(text, params.value.start)
  const meta = memberOf(object, '_meta')
  const metaObject = meta === undefined ? undefined : scanObject(text, meta.value.start)
  if (metaObject === undefined) return text
  return splice(text, editObject(metaObject, { set: new Map([[META_SUBSCRIPTION, tag]]) }))
}
