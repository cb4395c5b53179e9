import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID_MARK, TOKEN_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { createV2 } from '../clients/sdk-clients.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { FOUR_CELLS } from './four-cells.ts'
import { openAsker } from './raw-asker.ts'

const progress = (value: number): string =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${TOKEN_MARK},"progress":${value}}}`

const running: Partial<Record<string, { server: RawServer; relay: TestRelay }>> = {}
beforeAll(async () => {
  for (const era of ['legacy', 'modern'] as const) {
    const done = era === 'modern' ? '"resultType":"complete",' : ''
    const answer = `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${done}"content":[]}}`
    const script: Record<string, { kind: 'hang' } | { kind: 'stream'; texts: string[] }> = {
      // A server that does not know when to stop.
      chatty: { kind: 'stream', texts: [progress(1), answer, progress(2)] },
    }
    for (const { client, endpoint } of FOUR_CELLS) {
      for (const what of ['left', 'kept'])
        script[`${what}-${client}-${endpoint}`] = { kind: 'hang' }
    }
    const server = await startRawServer({ era, script })
    const transport = { kind: 'http', url: server.url, headers: {} } as const
    running[era] = { server, relay: await startTestRelay({ raw: { era, transport } }) }
  }
})
afterAll(async () => {
  for (const each of Object.values(running)) {
    await each?.relay.close()
    await each?.server.close()
  }
})

function at({ server, endpoint }: (typeof FOUR_CELLS)[number]) {
  const found = running[server]
  if (found === undefined) throw new Error(`no ${server} server`)
  const { relay } = found
  const target = endpoint === 'aggregated' ? relay.aggregated : relay.transparent('raw')
  return { server: found.server, target }
}

function startCall(client: Client, name: string) {
  const leaving = new AbortController()
  const outcome = client
    .callTool({ name, arguments: {} }, { signal: leaving.signal })
    .catch((error: unknown) => error)
  return { leave: () => leaving.abort(), outcome }
}

it.each(FOUR_CELLS)(
  '$client client, $server server, $endpoint: the cancelled call ends at the server, and no other',
  async (cell) => {
    const { server, target } = at(cell)
    const { client, transport } = createV2(cell.client, target)
    await client.connect(transport)
    const [left, kept] = ['left', 'kept'].map((what) => `${what}-${cell.client}-${cell.endpoint}`)
    if (left === undefined || kept === undefined) throw new Error('no names')
    try {
      const stays = startCall(client, kept)
      const goes = startCall(client, left)
      const asked = await server.arrived(({ name }) => name === left)
      await server.arrived(({ name }) => name === kept)
      const before = server.arrivals.length
      goes.leave()
      expect(await goes.outcome).toBeInstanceOf(Error)
      if (cell.server === 'modern') await server.abandoned(left)
      else {
        const cancelled = await server.arrived(
          ({ method, text }) =>
            method === 'notifications/cancelled' && text.includes(`"requestId":${asked.id}`),
        )
        expect(cancelled.method).toBe('notifications/cancelled')
      }
      const others = server.arrivals
        .slice(before)
        .filter(({ call }) => call.method === 'notifications/cancelled')
        .filter(({ call }) => !call.text.includes(`"requestId":${asked.id}`))
      expect(others).toEqual([])
      expect(await Promise.race([stays.outcome, Promise.resolve('still running')])).toBe(
        'still running',
      )
      stays.leave()
      await stays.outcome
    } finally {
      await client.close()
    }
  },
)

it.each(FOUR_CELLS)(
  '$client client, $server server, $endpoint: progress has the client’s token and ends with the answer',
  async (cell) => {
    const ask = await openAsker(cell.client, at(cell).target)
    const params = { name: 'chatty', arguments: {} }
    const messages = await ask('tools/call', params, { progressToken: 'of-the-client' })
    expect(messages.map((text) => JSON.parse(text) as unknown)).toEqual([
      expect.objectContaining({ params: { progressToken: 'of-the-client', progress: 1 } }),
      expect.objectContaining({ id: 1, result: expect.objectContaining({ content: [] }) }),
    ])
  },
)
