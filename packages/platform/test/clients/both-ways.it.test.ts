import path from 'node:path'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { createV2, textOf } from './sdk-clients.ts'

const FIXTURE = path.resolve(import.meta.dirname, '../../src/fixture-server/main.ts')
const WATCHED = 'test://watched-resource'
const CAPABILITIES = { sampling: {}, elicitation: {}, roots: { listChanged: true } }

let fixture: FixtureServer
let raw: Record<'legacy' | 'modern', RawServer>
let relay: TestRelay

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'both', port: 0 })
  const script = { quiet: { kind: 'hang' } } as const
  raw = {
    legacy: await startRawServer({ era: 'legacy', script }),
    modern: await startRawServer({ era: 'modern', script }),
  }
  const over = (url: string) => ({ kind: 'http', url, headers: {} }) as const
  relay = await startTestRelay({
    'fixture-legacy': { era: 'legacy', transport: over(fixture.url) },
    'fixture-stdio': {
      era: 'legacy',
      transport: { kind: 'stdio', command: process.execPath, args: [FIXTURE, '--stdio'], env: {} },
    },
    'fixture-modern': { era: 'modern', transport: over(fixture.url) },
    'raw-legacy': { era: 'legacy', transport: over(raw.legacy.url) },
    'raw-modern': { era: 'modern', transport: over(raw.modern.url) },
  })
})
afterAll(async () => {
  await relay.close()
  await Promise.all([fixture.close(), raw.legacy.close(), raw.modern.close()])
})

/** Runs a test with a connected client that can be asked everything. */
async function withClient(
  era: 'legacy' | 'modern',
  alias: string,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const { client, transport } = createV2(era, relay.transparent(alias), CAPABILITIES)
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'test-model',
    content: { type: 'text', text: 'sampled' },
  }))
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: { username: 'ada', email: 'ada@example.test', name: 'ada', ok: true, color: 'blue' },
  }))
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a-root' }] }))
  await client.connect(transport)
  try {
    await use(client)
  } finally {
    await client.close()
  }
}

const callText = async (client: Client, name: string, args: Record<string, unknown> = {}) =>
  textOf((await client.callTool({ name, arguments: args })).content)

describe.each(['fixture-legacy', 'fixture-stdio'])('a legacy client and %s', (alias) => {
  it.each([
    ['sampling', 'test_sampling', { prompt: 'hello' }, 'LLM response: sampled'],
    ['elicitation', 'test_elicitation', { message: 'who?' }, 'ada@example.test'],
    ['roots', 'test_list_roots', {}, 'file:///a-root'],
  ])('%s asked in the middle of a call reaches the client', async (_, tool, args, says) => {
    await withClient('legacy', alias, async (client) => {
      expect(await callText(client, tool, args)).toContain(says)
    })
  })

  it('a log message reaches the client that set the level', async () => {
    await withClient('legacy', alias, async (client) => {
      const logged: unknown[] = []
      client.setNotificationHandler('notifications/message', ({ params }) => {
        logged.push(params.data)
      })
      await client.setLoggingLevel('info')
      await callText(client, 'test_tool_with_logging')
      // Over stdio a log belongs to no call: it comes on the session's own stream, maybe after the answer.
      await expect
        .poll(() => logged)
        .toEqual(['Tool execution started', 'Tool processing data', 'Tool execution completed'])
    })
  })

  it('a change of a subscribed resource reaches the subscriber', async () => {
    await withClient('legacy', alias, async (client) => {
      const updated = new Promise<string>((resolve) => {
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
          resolve(params.uri)
        })
      })
      await client.subscribeResource({ uri: WATCHED })
      await callText(client, 'test_trigger_resource_update')
      expect(await updated).toBe(WATCHED)
      await client.unsubscribeResource({ uri: WATCHED })
    })
  })
})

describe('a legacy client and a legacy server over HTTP', () => {
  it('a change that another session made reaches the subscriber', async () => {
    await withClient('legacy', 'fixture-legacy', async (client) => {
      const updated = new Promise<string>((resolve) => {
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
          resolve(params.uri)
        })
      })
      await client.subscribeResource({ uri: WATCHED })
      await withClient('legacy', 'fixture-legacy', async (other) => {
        await callText(other, 'test_trigger_resource_update')
      })
      expect(await updated).toBe(WATCHED)
      await client.unsubscribeResource({ uri: WATCHED })
    })
  })

  it('an answer is fetched by Last-Event-ID after the server closed the stream', async () => {
    await withClient('legacy', 'fixture-legacy', async (client) => {
      expect(await callText(client, 'test_reconnection')).toBe('Reconnection test completed')
    })
  })

  it('a cancelled call is cancelled at the server, under the id that the server knows', async () => {
    await withClient('legacy', 'raw-legacy', async (client) => {
      const leaving = new AbortController()
      const call = client.callTool({ name: 'quiet' }, { signal: leaving.signal })
      const outcome = call.catch((error: unknown) => error)
      const asked = await raw.legacy.arrived((each) => each.name === 'quiet')
      leaving.abort()
      expect(await outcome).toBeInstanceOf(Error)
      const cancelled = await raw.legacy.arrived(
        (each) => each.method === 'notifications/cancelled',
      )
      expect(JSON.parse(cancelled.text)).toMatchObject({
        params: { requestId: JSON.parse(asked.id ?? 'null') as unknown },
      })
    })
  })
})

describe('a modern client and a modern server', () => {
  it.each([
    ['elicitation', 'test_input_required_result_elicitation', 'Hello, ada!'],
    ['sampling', 'test_input_required_result_sampling', 'sampled'],
    ['roots', 'test_input_required_result_list_roots', 'file:///a-root'],
    ['sealed state', 'test_input_required_result_request_state', 'state-ok'],
    ['two rounds', 'test_input_required_result_multi_round', 'blue'],
    ['three questions at once', 'test_input_required_result_multiple_inputs', 'sampled ada'],
  ])('%s asked by input_required is answered by the client', async (_, tool, says) => {
    await withClient('modern', 'fixture-modern', async (client) => {
      expect(await callText(client, tool)).toContain(says)
    })
  })

  it('a listen stream carries the changes that were asked for', async () => {
    await withClient('modern', 'fixture-modern', async (client) => {
      const changed = new Promise<void>((resolve) => {
        client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
      })
      const subscription = await client.listen({ toolsListChanged: true })
      await callText(client, 'test_trigger_tool_change')
      await expect(changed).resolves.toBeUndefined()
      await subscription.close()
    })
  })

  it('a client that leaves ends the call at the server', async () => {
    await withClient('modern', 'raw-modern', async (client) => {
      const leaving = new AbortController()
      const call = client.callTool({ name: 'quiet' }, { signal: leaving.signal })
      const outcome = call.catch((error: unknown) => error)
      await raw.modern.arrived((each) => each.name === 'quiet')
      leaving.abort()
      expect(await outcome).toBeInstanceOf(Error)
      await raw.modern.abandoned('quiet')
    })
  })
})

describe.each([
  ['legacy', 'fixture-legacy'],
  ['legacy', 'fixture-stdio'],
  ['modern', 'fixture-modern'],
] as const)('progress, %s, %s', (era, alias) => {
  it('reaches the client that asked for it, in order', async () => {
    await withClient(era, alias, async (client) => {
      const seen: number[] = []
      await client.callTool(
        { name: 'test_tool_with_progress' },
        { onprogress: ({ progress }) => void seen.push(progress) },
      )
      expect(seen).toEqual([0, 50, 100])
    })
  })
})

it('a question asked right after connecting reaches the client, session after session', async () => {
  // The client opens its stream just before its call; the stream must not be overtaken on the way.
  for (let session = 0; session < 10; session += 1) {
    await withClient('legacy', 'fixture-legacy', async (client) => {
      const text = await callText(client, 'test_elicitation', { message: 'who?' })
      expect(text).toContain('ada@example.test')
    })
  }
})
