import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRawServer } from '../../src/fixture-server/raw-server.ts'
import { createV2 } from '../clients/sdk-clients.ts'
import { startTestRelay, type KeyedTarget } from '../stage/test-relay.ts'
import { FOUR_CELLS, startFourCells, type FourCells } from './four-cells.ts'

let cells: FourCells
beforeAll(async () => {
  cells = await startFourCells()
})
afterAll(() => cells.close())

async function connect(era: 'legacy' | 'modern', target: KeyedTarget): Promise<Client> {
  const { client, transport } = createV2(era, target)
  await client.connect(transport)
  return client
}

it.each(FOUR_CELLS)(
  '$client client, $server server, $endpoint: each change is told once to those who listen',
  async (cell) => {
    const target = cells.target(cell)
    const listener = await connect(cell.client, target)
    const other = await connect(cell.client, target)
    const heard: string[] = []
    const promptsChanged = new Promise<void>((resolve) => {
      listener.setNotificationHandler('notifications/prompts/list_changed', () => {
        heard.push('prompts')
        resolve()
      })
    })
    const toolsChanged = new Promise<void>((resolve) => {
      listener.setNotificationHandler('notifications/tools/list_changed', () => {
        heard.push('tools')
        resolve()
      })
    })
    try {
      expect(listener.getServerCapabilities()?.tools?.listChanged).toBe(true)
      const both = { toolsListChanged: true, promptsListChanged: true }
      const stream = cell.client === 'modern' ? await listener.listen(both) : undefined
      // A session hears of changes when it has an open link to the server.
      await listener.callTool({ name: 'test_simple_text', arguments: {} })
      await other.callTool({ name: 'test_trigger_tool_change', arguments: {} })
      await toolsChanged
      await other.callTool({ name: 'test_trigger_prompt_change', arguments: {} })
      await promptsChanged
      expect(heard).toEqual(['tools', 'prompts'])
      await stream?.close()
    } finally {
      await Promise.all([listener.close(), other.close()])
    }
  },
)

it.each(['legacy', 'modern'] as const)(
  'a %s client is promised no changes by the endpoint of a server that tells none',
  async (era) => {
    const raw = await startRawServer({ era, script: {} })
    const transport = { kind: 'http', url: raw.url, headers: {} } as const
    const relay = await startTestRelay({ raw: { era, transport } })
    const client = await connect(era, relay.transparent('raw'))
    try {
      expect(client.getServerCapabilities()).toEqual({ tools: {} })
    } finally {
      await client.close()
      await relay.close()
      await raw.close()
    }
  },
)
