import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'

/** The cells of translation: what the client speaks, what the server speaks, and the endpoint between them. */
export const FOUR_CELLS = (['legacy', 'modern'] as const).flatMap((client) =>
  (['legacy', 'modern'] as const).flatMap((server) =>
    (['transparent', 'aggregated'] as const).map((endpoint) => ({ client, server, endpoint })),
  ),
)

/** Two gateways, each with one fixture server of one era, so that nothing collides in an aggregate. */
export type FourCells = {
  readonly fixtures: Readonly<Record<'legacy' | 'modern', FixtureServer>>
  target(cell: (typeof FOUR_CELLS)[number]): ReturnType<TestRelay['transparent']>
  close(): Promise<void>
}

/** Starts both. */
export async function startFourCells(): Promise<FourCells> {
  const fixtures = {
    legacy: await startFixtureServer({ era: 'legacy', port: 0 }),
    modern: await startFixtureServer({ era: 'modern', port: 0 }),
  }
  const start = (era: 'legacy' | 'modern') =>
    startTestRelay({
      fixture: { era, transport: { kind: 'http', url: fixtures[era].url, headers: {} } },
    })
  const relays = { legacy: await start('legacy'), modern: await start('modern') }
  return {
    fixtures,
    target({ server, endpoint }) {
      const relay = relays[server]
      return endpoint === 'aggregated' ? relay.aggregated : relay.transparent('fixture')
    },
    async close() {
      await Promise.all([relays.legacy.close(), relays.modern.close()])
      await Promise.all([fixtures.legacy.close(), fixtures.modern.close()])
    },
  }
}
