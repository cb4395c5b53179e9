import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { openLegacySession } from '../wire/raw-client.ts'
import { readSseEvents, type SseEvent } from '../wire/sse-events.ts'

/** A stream that says nothing for this long says nothing more. Milliseconds. */
const STREAM_TIMEOUT_MS = 10_000

let fixture: FixtureServer
let relay: TestRelay

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'legacy', port: 0 })
  relay = await startTestRelay({
    fixture: { era: 'legacy', transport: { kind: 'http', url: fixture.url, headers: {} } },
  })
})
afterAll(async () => {
  await relay.close()
  await fixture.close()
})

describe('a stream that the server closed in the middle of a call', () => {
  it('goes on by GET with Last-Event-ID, and the answer has the id of the question', async () => {
    const target = relay.transparent('fixture')
    const headers = {
      ...(await openLegacySession(target))('tools/call', undefined),
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${target.apiKey}`,
    }
    const signal = AbortSignal.timeout(STREAM_TIMEOUT_MS)
    const asked = await fetch(target.url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":"mine","method":"tools/call","params":{"name":"test_reconnection"}}',
      signal,
    })
    const first = await eventsOf(asked, () => false)
    const lastEventId = first.findLast((event) => event.id !== undefined)?.id
    expect(lastEventId).toBeTypeOf('string')
    expect(first.filter((event) => event.data.includes('"result"'))).toEqual([])

    const resumed = await fetch(target.url, {
      headers: { ...headers, 'last-event-id': lastEventId ?? '' },
      signal,
    })
    expect(resumed.status).toBe(200)
    const rest = await eventsOf(resumed, (events) =>
      events.some((event) => event.data.includes('"result"')),
    )
    expect(JSON.parse(rest.at(-1)?.data ?? 'null')).toMatchObject({
      id: 'mine',
      result: { content: [{ text: 'Reconnection test completed' }] },
    })
  })
})

async function eventsOf(
  response: Response,
  enough: (events: readonly SseEvent[]) => boolean,
): Promise<SseEvent[]> {
  if (response.body === null) throw new Error('there is no stream')
  return readSseEvents(response.body, enough)
}
