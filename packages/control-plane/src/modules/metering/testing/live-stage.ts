import { createIds, parseId, systemClock, type Id } from '@mcp-orchestra/kernel'
import type { TestControlPlane, TestRequest } from '../../../main/testing.ts'
import { createPostgresUsageFeed } from '../adapters/postgres-usage-feed.ts'
import { postgresUsageStore } from '../adapters/postgres-usage-store.ts'
import type { UsageEvent } from '../usage-event.ts'
import { openLiveReader, type LiveReader } from './live-reader.ts'
import { sampleEvent } from './sample-event.ts'

const ids = createIds(systemClock)

/** An organization with a key, as a test uses it. */
export type TestCustomer = { readonly id: Id<'org'>; readonly key: string }

/** One payer, its calls and the streams that watch them. */
export type LiveStage = {
  readonly payer: TestCustomer
  found(name: string): Promise<TestCustomer>
  /** A call of the payer that is not posted yet. */
  call(more?: Partial<UsageEvent>): UsageEvent
  /** Posts calls in one transaction, as a batch of a journal, and announces nothing. */
  post(events: readonly UsageEvent[]): Promise<void>
  /** Posts and announces. */
  postAll(events: readonly UsageEvent[]): Promise<void>
  /** Tells every process that something was posted. */
  announce(): Promise<void>
  /** Opens a stream as the payer, unless the request says otherwise; it is closed with the stage. */
  open(query?: string, request?: TestRequest, on?: TestControlPlane): Promise<LiveReader>
  close(): Promise<void>
}

/** Sets a stage with a new payer on a control plane that runs. */
export async function createLiveStage(plane: TestControlPlane): Promise<LiveStage> {
  const opened: LiveReader[] = []
  let seq = 0

  async function found(name: string): Promise<TestCustomer> {
    const { id, key } = await plane.foundOrganization(name)
    const parsed = parseId('org', id)
    if (parsed === undefined) throw new Error(`no organization: ${id}`)
    return { id: parsed, key }
  }
  async function post(events: readonly UsageEvent[]): Promise<void> {
    const incarnationId = ids.make('inc')
    const batch = events.map((event) => ({ ...event, incarnationId }))
    await plane.database.transactions.run((tx) => postgresUsageStore.add(tx, batch))
  }

  const payer = await found('Payer')
  const announce = () => createPostgresUsageFeed(plane.database).announce()
  return {
    payer,
    found,
    post,
    announce,
    call(more = {}) {
      seq += 1
      return sampleEvent({ payerId: payer.id, seq, ...more })
    },
    async postAll(events) {
      await post(events)
      await announce()
    },
    async open(query = '', request = {}, on = plane) {
      const asked = { key: payer.key, ...request }
      const reader = await openLiveReader(await on.send('GET', `/v1/usage/live${query}`, asked))
      opened.push(reader)
      return reader
    },
    async close() {
      await Promise.all(opened.map((reader) => reader.leave()))
    },
  }
}
