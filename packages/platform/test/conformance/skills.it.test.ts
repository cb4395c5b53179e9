import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SKILLS } from '../../src/fixture-server/skills/skill.ts'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { openAsker } from '../pains/raw-asker.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { startConnectorHost, type ConnectorHost } from './connector/connector-host.ts'
import { loadSkill, readSkills } from './connector/skill-host.ts'
import { startKeyProxy } from './key-proxy.ts'
import { runClientScenario, runServerScenario, type ScenarioScore } from './run-suite.ts'
import { SKILL_CLIENT_COUNTS, SKILL_COUNTS } from './skill-counts.ts'

const REVISIONS = ['2025-11-25', '2026-07-28'] as const
type Revision = (typeof REVISIONS)[number]
const ERAS = ['legacy', 'modern'] as const

const CELLS = REVISIONS.flatMap((revision) =>
  ERAS.flatMap((era) =>
    (['transparent', 'aggregated'] as const).map((endpoint) => ({ revision, era, endpoint })),
  ),
)

describe('the server scenarios of the skills extension', () => {
  let fixtures: Record<(typeof ERAS)[number], FixtureServer>
  let relays: Record<(typeof ERAS)[number], TestRelay>

  beforeAll(async () => {
    const [legacy, modern] = await Promise.all(
      ERAS.map((era) => startFixtureServer({ era, port: 0 })),
    )
    if (legacy === undefined || modern === undefined) throw new Error('no fixture')
    fixtures = { legacy, modern }
    const relayFor = (era: (typeof ERAS)[number]) =>
      startTestRelay({
        fixture: { era, transport: { kind: 'http', url: fixtures[era].url, headers: {} } },
      })
    relays = { legacy: await relayFor('legacy'), modern: await relayFor('modern') }
  })
  afterAll(async () => {
    await Promise.all(ERAS.map((era) => relays[era].close()))
    await Promise.all(ERAS.map((era) => fixtures[era].close()))
  })

  it.each([
    { revision: '2025-11-25', era: 'legacy' },
    { revision: '2026-07-28', era: 'modern' },
  ] as const)('pass against the $era fixture itself: $revision', async ({ revision, era }) => {
    await passAll(fixtures[era].url, revision)
  })

  it.each(CELLS)(
    'pass as directly: $revision in front of a $era server, $endpoint endpoint',
    async ({ revision, era, endpoint }) => {
      const relay = relays[era]
      const target = endpoint === 'aggregated' ? relay.aggregated : relay.transparent('fixture')
      const proxy = await startKeyProxy(target.url, target.apiKey)
      try {
        await passAll(proxy.url, revision)
      } finally {
        await proxy.close()
      }
    },
  )

  it.each(CELLS)(
    'a host that verifies every file loads them all: $revision in front of a $era server, $endpoint endpoint',
    async ({ revision, era, endpoint }) => {
      const relay = relays[era]
      const target = endpoint === 'aggregated' ? relay.aggregated : relay.transparent('fixture')
      const ask = await openAsker(revision === '2026-07-28' ? 'modern' : 'legacy', target)
      const skills = await readSkills(ask)
      const loaded = await Promise.all(skills.map((skill) => loadSkill(ask, skill)))
      expect(loaded.flat()).toEqual(SKILLS.flatMap(({ files }) => files.map(({ uri }) => uri)))
    },
  )

  async function passAll(url: string, revision: Revision): Promise<void> {
    const counts = SKILL_COUNTS[revision]
    const runs = await Promise.all(
      Object.keys(counts).map((scenario) => runServerScenario({ url, revision, scenario })),
    )
    expect(passedIn(runs)).toEqual(counts)
  }
})

describe('the client scenarios of the skills extension', () => {
  let host: ConnectorHost
  beforeAll(async () => {
    host = await startConnectorHost()
  })
  afterAll(() => host.close())

  it.each(REVISIONS)(
    'pass with a host that reads through the gateway and verifies what it reads: %s',
    async (revision) => {
      const runs = await Promise.all(
        Object.keys(SKILL_CLIENT_COUNTS).map((scenario) =>
          runClientScenario(host, { revision, scenario }),
        ),
      )
      expect(passedIn(runs)).toEqual(SKILL_CLIENT_COUNTS)
    },
  )
})

/** Checks passed by scenario; complaints are thrown, so that a failed one says why. */
function passedIn(
  runs: readonly Readonly<Record<string, ScenarioScore>>[],
): Record<string, number> {
  const scores = runs.flatMap((run) => Object.entries(run))
  const complaints = scores.flatMap(([name, score]) =>
    score.complaints.map((one) => `${name}: ${one}`),
  )
  if (complaints.length > 0) throw new Error(complaints.join('\n'))
  return Object.fromEntries(scores.map(([name, { passed }]) => [name, passed]))
}
