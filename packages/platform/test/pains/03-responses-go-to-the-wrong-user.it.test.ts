import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type KeyedTarget, type TestRelay } from '../stage/test-relay.ts'
import { MODERN_META, modernHeaders, openLegacySession, postRaw } from '../wire/raw-client.ts'

/** Calls at once: enough that answers overtake each other. */
const CALLS = 40

let fixtures: Record<'legacy' | 'modern', FixtureServer>
let relay: TestRelay
beforeAll(async () => {
  fixtures = {
    legacy: await startFixtureServer({ era: 'legacy', port: 0 }),
    modern: await startFixtureServer({ era: 'modern', port: 0 }),
  }
  const over = (era: 'legacy' | 'modern') =>
    ({ era, transport: { kind: 'http', url: fixtures[era].url, headers: {} } }) as const
  relay = await startTestRelay({ legacy: over('legacy'), modern: over('modern') })
})
afterAll(async () => {
  await relay.close()
  await Promise.all([fixtures.legacy.close(), fixtures.modern.close()])
})

/** Calls `greet` under an id that every other client uses too, and gives the answer's text. */
async function greet(
  era: 'legacy' | 'modern',
  target: KeyedTarget,
  who: string,
  id: string,
): Promise<string> {
  const headersFor = era === 'legacy' ? await openLegacySession(target) : modernHeaders
  const meta = era === 'modern' ? `,"_meta":{${MODERN_META}}` : ''
  const { messages } = await postRaw(
    target,
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"greet","arguments":{"name":"${who}"}${meta}}}`,
    headersFor('tools/call', 'greet'),
  )
  return messages.at(-1) ?? ''
}

it.each([
  ['legacy', 'legacy'],
  ['legacy', 'modern'],
  ['modern', 'legacy'],
  ['modern', 'modern'],
] as const)(
  '%s clients that all use the id 1 get their own answers from a %s server, and 1 is not "1"',
  async (era, server) => {
    const target = relay.transparent(server)
    const answers = await Promise.all(
      Array.from({ length: CALLS }, async (_, index) => {
        const id = index % 2 === 0 ? '1' : '"1"'
        return { index, id, text: await greet(era, target, `caller-${index}`, id) }
      }),
    )
    for (const { index, id, text } of answers) {
      expect(text).toContain(`Hello, caller-${index}!`)
      expect((JSON.parse(text) as { id: unknown }).id).toBe(JSON.parse(id))
    }
  },
)
