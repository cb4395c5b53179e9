import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  HealthReport,
  IncarnationRequest,
  LeaseRequest,
  LINK_PATHS,
  SnapshotAcknowledgement,
  UsageBatch,
  type JournalCursor,
} from '@mcp-orchestra/api/gateway-link'
import { JournalPayload } from '@mcp-orchestra/api/journal-record'
import {
  SNAPSHOT_HEARTBEAT_MS,
  type SnapshotChange,
  type SnapshotMessage,
} from '@mcp-orchestra/api/snapshot'

/** The secret that the scripted control plane accepts. */
export const TEST_SECRET = 'test-secret-of-32-characters-or-so'

/** A control plane of tests: a real HTTP server that speaks the link's wire and keeps a log in memory. */
export interface ScriptedControlPlane {
  readonly url: string
  readonly acknowledged: readonly number[]
  readonly registrations: readonly IncarnationRequest[]
  /** Every journal record that was shipped and that the control plane may read. */
  readonly payloads: readonly JournalPayload[]
  readonly reports: readonly HealthReport[]
  /** The `after` of each snapshot connection that was opened. */
  readonly connections: readonly number[]
  readonly headAsks: number
  /** The version of the last change. */
  readonly version: number
  /** Appends a change to the log and streams it; `lose` keeps it from the stream, which makes a gap. */
  put(change: SnapshotChange, options?: { lose?: boolean }): void
  send(message: SnapshotMessage): void
  /** Stops or starts the heartbeat without closing the stream. */
  pulse(on: boolean): void
  /** Another history of the database: told by the next heartbeat. */
  raiseEpoch(): void
  /** Ends all streams. */
  cut(): void
  /** Answers every following request of the path with this, instead of what it would. */
  answer(path: string, respond: ((response: ServerResponse) => void) | undefined): void
  stop(): Promise<void>
}

/** Starts it on a free port of the loopback, or on the port of one that was stopped. */
export async function startScriptedControlPlane(port = 0): Promise<ScriptedControlPlane> {
  const log: SnapshotChange[] = []
  const acknowledged: number[] = []
  const reports: HealthReport[] = []
  const connections: number[] = []
  const registrations: IncarnationRequest[] = []
  const payloads: JournalPayload[] = []
  const cursors = new Map<string, JournalCursor>()
  const streams = new Set<ServerResponse>()
  const overrides = new Map<string, (response: ServerResponse) => void>()
  let headAsks = 0
  let epoch = 1
  let isPulsing = true

  /** A journal that nothing came of stands at 0, with the hash that its chain begins with. */
  const cursorOf = (incarnationId: string): JournalCursor =>
    cursors.get(incarnationId) ?? {
      incarnationId,
      seq: 0,
      hash: hash('sha256', `mcp-orchestra journal v1 ${incarnationId}`, 'hex'),
      state: 'open',
    }
  const write = (response: ServerResponse, message: SnapshotMessage): void => {
    response.write(`${JSON.stringify(message)}\n`)
  }
  const heartbeat = (): SnapshotMessage => ({ type: 'heartbeat', version: log.length, epoch })
  const full = (): SnapshotMessage => {
    const latest = new Map(log.map((change) => [`${change.kind}:${change.id}`, change]))
    const changes = [...latest.values()].filter(({ body }) => body !== null)
    return { type: 'full', version: log.length, epoch, changes }
  }
  const follow = (response: ServerResponse, after: number): void => {
    connections.push(after)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    if (after === 0 || after > log.length) write(response, full())
    else if (after < log.length) {
      write(response, { type: 'delta', after, version: log.length, changes: log.slice(after) })
    }
    write(response, heartbeat())
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }

  const routes: Record<
    string,
    (request: IncomingMessage, response: ServerResponse) => Promise<void> | void
  > = {
    [LINK_PATHS.snapshot]: (request, response) =>
      follow(response, Number(new URL(request.url ?? '', 'http://x').searchParams.get('after'))),
    [LINK_PATHS.head]: (_request, response) => {
      headAsks += 1
      json(response, { version: log.length, epoch })
    },
    [LINK_PATHS.acknowledge]: async (request, response) => {
      acknowledged.push(SnapshotAcknowledgement.parse(await bodyOf(request)).version)
      json(response, {})
    },
    [LINK_PATHS.incarnations]: async (request, response) => {
      registrations.push(IncarnationRequest.parse(await bodyOf(request)))
      const cursors =
        registrations.at(-1)?.journals.map(({ incarnationId }) => cursorOf(incarnationId)) ?? []
      json(response, { epoch, cursors })
    },
    [LINK_PATHS.leases]: async (request, response) => {
      const { requestId, payerId, capIds, asset, wanted } = LeaseRequest.parse(
        await bodyOf(request),
      )
      const lease = {
        leaseId: requestId,
        payerId,
        capIds,
        asset,
        granted: wanted,
        epoch,
        ttlMs: 60_000,
      }
      json(response, { kind: 'granted', lease })
    },
    [LINK_PATHS.usage]: async (request, response) => {
      const { incarnationId, records } = UsageBatch.parse(await bodyOf(request))
      const first = records[0]
      const before = cursorOf(incarnationId)
      const applied = first?.seq === before.seq + 1
      const last = records.at(-1)
      if (applied && last !== undefined) {
        for (const { payload } of records)
          if (payload !== null) payloads.push(JournalPayload.parse(JSON.parse(payload)))
        const state = last.payload?.includes('incarnation_end') === true ? 'ended' : 'open'
        cursors.set(incarnationId, { incarnationId, seq: last.seq, hash: last.hash, state })
      }
      json(response, { applied, cursor: cursorOf(incarnationId) })
    },
    [LINK_PATHS.health]: async (request, response) => {
      reports.push(HealthReport.parse(await bodyOf(request)))
      json(response, {})
    },
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname
    const respond = overrides.get(path)
    if (respond !== undefined) return respond(response)
    if (request.headers.authorization !== `Bearer ${TEST_SECRET}`)
      return json(response, { code: 'no' }, 401)
    const route = routes[path]
    if (route === undefined) return json(response, { code: 'http.not_found' }, 404)
    Promise.resolve(route(request, response)).catch(() =>
      json(response, { code: 'request.invalid' }, 400),
    )
  })
  const timer = setInterval(() => {
    if (isPulsing) for (const stream of streams) write(stream, heartbeat())
  }, SNAPSHOT_HEARTBEAT_MS)
  const listening = Promise.withResolvers<void>()
  server.listen(port, '127.0.0.1', listening.resolve)
  await listening.promise
  const address = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${address.port}`,
    acknowledged,
    registrations,
    payloads,
    reports,
    connections,
    get headAsks() {
      return headAsks
    },
    get version() {
      return log.length
    },
    put(change, options = {}) {
      log.push(change)
      if (options.lose === true) return
      for (const stream of streams) {
        write(stream, {
          type: 'delta',
          after: log.length - 1,
          version: log.length,
          changes: [change],
        })
      }
    },
    send(message) {
      for (const stream of streams) write(stream, message)
    },
    pulse(on) {
      isPulsing = on
    },
    raiseEpoch() {
      epoch += 1
    },
    cut() {
      for (const stream of streams) stream.destroy()
    },
    answer(path, respond) {
      if (respond === undefined) overrides.delete(path)
      else overrides.set(path, respond)
    },
    async stop() {
      clearInterval(timer)
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array))
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}
