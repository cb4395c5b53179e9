import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import {
  CredentialRequest,
  IncarnationRequest,
  LeaseRequest,
  LINK_PATHS,
  UsageBatch,
  type JournalCursor,
} from '@mcp-orchestra/api/gateway-link'
import { JournalPayload, type UsageRecord } from '@mcp-orchestra/api/journal-record'
import {
  SNAPSHOT_HEARTBEAT_MS,
  type SnapshotChange,
  type SnapshotMessage,
} from '@mcp-orchestra/api/snapshot'
import { listenLocally } from '../../src/fixture-server/local-listener.ts'
import { createStandInCredentials, type StagedAccount } from './stand-in-credentials.ts'

/** What a stand-in for the control plane does: a snapshot that grows by accounts only, a lease for everyone, usage kept. */
export type StandInControlPlane = {
  readonly url: string
  /** The usage record of the first call of a tool, when it was shipped. */
  usageOf(tool: string): Promise<UsageRecord>
  close(): Promise<void>
}

const EPOCH = 1
/** Longer than any test. Milliseconds. */
const LEASE_TTL_MS = 600_000

/**
 * Speaks the gateway link so that the wire of a gateway can be tested without a database. It keeps no books:
 * what is charged is tested on the whole platform.
 */
export async function startStandInControlPlane(
  staged: readonly SnapshotChange[],
  accounts: readonly StagedAccount[] = [],
): Promise<StandInControlPlane> {
  const cursors = new Map<string, JournalCursor>()
  const streams = new Set<ServerResponse>()
  const news = new EventEmitter()
  const usage = new Map<string, UsageRecord>()
  let leases = 0
  const changes = [...staged]
  /** Grows with each change after the staged ones. */
  const version = (): number => 1 + changes.length - staged.length
  const credentials = createStandInCredentials(accounts, (body) => {
    const after = version()
    const change: SnapshotChange = { kind: 'connection', id: body.id, body }
    changes.push(change)
    for (const stream of streams) {
      tell(stream, { type: 'delta', after, version: version(), changes: [change] })
    }
  })

  function keep(payload: string | null): void {
    const record = JournalPayload.safeParse(JSON.parse(payload ?? 'null')).data
    if (record?.kind !== 'usage' || usage.has(record.tool)) return
    usage.set(record.tool, record)
    news.emit('usage')
  }

  function cursorOf(incarnationId: string): JournalCursor {
    return (
      cursors.get(incarnationId) ?? { incarnationId, seq: 0, hash: '0'.repeat(64), state: 'open' }
    )
  }

  async function answer(pathname: string, body: unknown): Promise<unknown> {
    switch (pathname) {
      case LINK_PATHS.incarnations: {
        const { journals } = IncarnationRequest.parse(body)
        return { epoch: EPOCH, cursors: journals.map((each) => cursorOf(each.incarnationId)) }
      }
      case LINK_PATHS.head:
        return { version: version(), epoch: EPOCH }
      case LINK_PATHS.leases: {
        const { payerId, capIds, asset, wanted } = LeaseRequest.parse(body)
        leases += 1
        const leaseId = `les_${String(leases).padStart(26, '0')}`
        const lease = { leaseId, payerId, capIds, asset, granted: wanted, epoch: EPOCH }
        return { kind: 'granted', lease: { ...lease, ttlMs: LEASE_TTL_MS } }
      }
      case LINK_PATHS.usage: {
        const { incarnationId, records } = UsageBatch.parse(body)
        const last = records.at(-1)
        const cursor = cursorOf(incarnationId)
        if (last === undefined || records[0]?.seq !== cursor.seq + 1) {
          return { applied: false, cursor }
        }
        const moved = { ...cursor, seq: last.seq, hash: last.hash }
        cursors.set(incarnationId, moved)
        for (const { payload } of records) keep(payload)
        return { applied: true, cursor: moved }
      }
      case LINK_PATHS.credentials:
        return await credentials(CredentialRequest.parse(body))
      default:
        return {}
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://stand-in')
    if (pathname === LINK_PATHS.snapshot) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      tell(response, { type: 'full', version: version(), epoch: EPOCH, changes: [...changes] })
      streams.add(response)
      response.once('close', () => streams.delete(response))
      return
    }
    const body: unknown = request.method === 'POST' ? await json(request) : undefined
    const answered = await answer(pathname, body)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answered))
  }

  const beat = setInterval(() => {
    for (const stream of streams)
      tell(stream, { type: 'heartbeat', version: version(), epoch: EPOCH })
  }, SNAPSHOT_HEARTBEAT_MS)
  const listener = await listenLocally((request, response) => void serve(request, response))
  return {
    url: listener.origin,
    async usageOf(tool) {
      for (;;) {
        const record = usage.get(tool)
        if (record !== undefined) return record
        await once(news, 'usage')
      }
    },
    async close() {
      clearInterval(beat)
      await listener.close()
    },
  }
}

function tell(stream: ServerResponse, message: SnapshotMessage): void {
  stream.write(`${JSON.stringify(message)}\n`)
}
