import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { AGGREGATED_COUNTS, REQUIRED_COUNTS, TOTALS, type Requirements } from './required-counts.ts'
import { runKeyedSuite, runServerSuite, type SuiteRun } from './run-suite.ts'

/** The like-for-like cells: a client of this revision and a server of its era. */
const CELLS = [
  { requirements: '2025-11-25', era: 'legacy' },
  { requirements: '2026-07-28', era: 'modern' },
] as const

let fixture: FixtureServer
let stage: TestPlatform
let payer: Payer

beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'both', port: 0 })
  const transport = { kind: 'http', url: fixture.url } as const
  stage = await startTestPlatform({
    'fixture-legacy': { era: 'legacy', transport },
    'fixture-modern': { era: 'modern', transport },
  })
  payer = await stage.foundPayer('suite')
})
afterAll(async () => {
  await stage.close()
  await fixture.close()
})

/** A key for one server: at the aggregated endpoint nothing collides then. */
async function keyFor(alias: string): Promise<string> {
  const { id } = await payer.orchestra.hub.getServer(alias)
  const { secret } = await payer.orchestra.users.issueAPIKey('organization', ['tools:call'], {
    name: alias,
    allow: [{ serverId: id }],
    ratePerMinute: 100_000,
  })
  return secret
}

describe.each(CELLS)('the required server set of $requirements', ({ requirements, era }) => {
  let direct: SuiteRun
  let transparent: SuiteRun
  let aggregated: SuiteRun

  beforeAll(async () => {
    direct = await runServerSuite({ url: fixture.url, requirements })
    transparent = await runKeyedSuite(stage.transparent(`fixture-${era}`, payer), requirements)
    aggregated = await runKeyedSuite(
      stage.aggregated({ apiKey: await keyFor(`fixture-${era}`) }),
      requirements,
    )
  })

  it('passes whole against the fixture server, with as many checks as ever', () => {
    expect(complaintsOf(direct, requirements)).toEqual([])
    expect(countsOf(direct, requirements)).toEqual(REQUIRED_COUNTS[requirements])
    expect(totalOf(direct)).toEqual(TOTALS[requirements])
    expect(direct.exitCode).toBe(0)
  })

  it('passes whole through the transparent endpoint, with as many checks as direct', () => {
    expect(complaintsOf(transparent, requirements)).toEqual([])
    expect(countsOf(transparent, requirements)).toEqual(REQUIRED_COUNTS[requirements])
    expect(transparent.exitCode).toBe(0)
  })

  it('scores the same through the transparent endpoint in every scenario, the unscored ones included', () => {
    expect(transparent.scores).toEqual(direct.scores)
  })

  it('passes whole through the aggregated endpoint, where nothing collides', () => {
    expect(complaintsOf(aggregated, requirements)).toEqual([])
    expect(countsOf(aggregated, requirements)).toEqual({
      ...REQUIRED_COUNTS[requirements],
      ...AGGREGATED_COUNTS[requirements],
    })
    expect(aggregated.exitCode).toBe(0)
  })
})

/** Checks passed by required scenario; one that did not run is absent, so it cannot count as a pass. */
function countsOf(run: SuiteRun, revision: Requirements): Record<string, number> {
  const required = Object.keys(REQUIRED_COUNTS[revision])
  return Object.fromEntries(
    required.flatMap((name) => {
      const score = run.scores[name]
      return score === undefined ? [] : [[name, score.passed]]
    }),
  )
}

function complaintsOf(run: SuiteRun, revision: Requirements): string[] {
  return Object.keys(REQUIRED_COUNTS[revision]).flatMap((name) =>
    (run.scores[name]?.complaints ?? []).map((complaint) => `${name}: ${complaint}`),
  )
}

function totalOf(run: SuiteRun): { passed: number; failed: number } {
  const scores = Object.values(run.scores)
  return {
    passed: scores.reduce((sum, score) => sum + score.passed, 0),
    failed: scores.reduce((sum, score) => sum + score.failed, 0),
  }
}
