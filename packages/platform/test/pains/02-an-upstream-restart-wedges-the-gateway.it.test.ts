import { expect, it } from 'vitest'
import { createV2, textOf } from '../clients/sdk-clients.ts'
import { startFixtureServer } from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type KeyedTarget } from '../stage/test-relay.ts'

async function callOnce(era: 'legacy' | 'modern', target: KeyedTarget): Promise<string> {
  const { client, transport } = createV2(era, target)
  await client.connect(transport)
  try {
    return textOf((await client.callTool({ name: 'test_simple_text', arguments: {} })).content)
  } finally {
    await client.close()
  }
}

it.each(['legacy', 'modern'] as const)(
  'a %s server that was started anew is called again at once, by clients of both eras',
  async (era) => {
    let fixture = await startFixtureServer({ era, port: 0 })
    const { port } = new URL(fixture.url)
    const transport = { kind: 'http', url: fixture.url, headers: {} } as const
    const relay = await startTestRelay({ fixture: { era, transport } })
    try {
      for (const target of [relay.transparent('fixture'), relay.aggregated]) {
        for (const client of ['legacy', 'modern'] as const) {
          expect(await callOnce(client, target)).toContain('simple text response')
          await fixture.close()
          fixture = await startFixtureServer({ era, port: Number(port) })
          expect(await callOnce(client, target)).toContain('simple text response')
        }
      }
    } finally {
      await relay.close()
      await fixture.close()
    }
  },
)

it('a session of the aggregate outlives the restart of a server in it', async () => {
  let fixture = await startFixtureServer({ era: 'legacy', port: 0 })
  const { port } = new URL(fixture.url)
  const relay = await startTestRelay({
    fixture: { era: 'legacy', transport: { kind: 'http', url: fixture.url, headers: {} } },
  })
  const { client, transport } = createV2('legacy', relay.aggregated)
  await client.connect(transport)
  const call = async () =>
    textOf((await client.callTool({ name: 'test_simple_text', arguments: {} })).content)
  try {
    expect(await call()).toContain('simple text response')
    await fixture.close()
    fixture = await startFixtureServer({ era: 'legacy', port: Number(port) })
    expect(await call()).toContain('simple text response')
  } finally {
    await client.close()
    await relay.close()
    await fixture.close()
  }
})
