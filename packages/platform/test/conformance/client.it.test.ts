import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENT_COUNTS, OLDER_CLIENT_COUNTS, UNSCORED_CLIENT_COUNTS } from './client-counts.ts'
import { startConnectorHost, type ConnectorHost } from './connector/connector-host.ts'
import { runClientScenario, runClientSuite, type SuiteRun } from './run-suite.ts'

let host: ConnectorHost
beforeAll(async () => {
  host = await startConnectorHost()
})
afterAll(() => host.close())

describe.each(['2025-11-25', '2026-07-28'] as const)(
  'the required client set of %s, played by what the gateway sends upstream',
  (requirements) => {
    let run: SuiteRun
    beforeAll(async () => {
      run = await runClientSuite(host, requirements)
    })

    it('passes whole, authorization included, with as many kinds of checks as ever', () => {
      const required = CLIENT_COUNTS[requirements]
      expect(complaintsOf(run, Object.keys(required))).toEqual([])
      expect(kindsOf(run, Object.keys(required))).toEqual(required)
      expect(run.exitCode).toBe(0)
    })

    it('passes the scenarios beside it that are not drafts of extensions', () => {
      expect(complaintsOf(run, Object.keys(UNSCORED_CLIENT_COUNTS))).toEqual([])
      expect(kindsOf(run, Object.keys(UNSCORED_CLIENT_COUNTS))).toEqual(UNSCORED_CLIENT_COUNTS)
    })
  },
)

it('authorization works as servers of 2025-03-26 do it', async () => {
  const scenarios = Object.keys(OLDER_CLIENT_COUNTS)
  const runs = await Promise.all(
    scenarios.map((scenario) => runClientScenario(host, { revision: '2025-03-26', scenario })),
  )
  const run = { exitCode: 0, scores: Object.assign({}, ...runs) as SuiteRun['scores'] }
  expect(complaintsOf(run, scenarios)).toEqual([])
  expect(kindsOf(run, scenarios)).toEqual(OLDER_CLIENT_COUNTS)
})

/** Different checks passed by scenario; one that did not run is absent, so it cannot count as a pass. */
function kindsOf({ scores }: SuiteRun, scenarios: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    scenarios.flatMap((name) => {
      const score = scores[name]
      return score === undefined ? [] : [[name, score.kinds]]
    }),
  )
}

function complaintsOf({ scores }: SuiteRun, scenarios: readonly string[]): string[] {
  return scenarios.flatMap((name) =>
    (scores[name]?.complaints ?? []).map((complaint) => `${name}: ${complaint}`),
  )
}
