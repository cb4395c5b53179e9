import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../../control-plane/src/infra/postgres/testing.ts'
import { createTemplate } from './ledger-stage.ts'
import { tellStory, type Happening } from './story.ts'

const at = fc.nat(1)
const key = fc.option(fc.constantFrom('a', 'b'), { nil: undefined })
/** Around the lease's life of some minutes: within it, at its end, far beyond it. */
const ms = fc.constantFrom(1, 1_000, 30_000, 60_000, 600_000)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('begin' as const), at, key }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      at,
      outcome: fc.constantFrom('complete' as const, 'complete' as const, 'rpc_error' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('recall' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), at, ms }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('suspend' as const), at, ms }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose answer' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut link' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mend link' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      at,
      survives: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose disk' as const), at }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'back up' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'restore' }) },
)

/** Stories per engine; `SPENDING_STORIES` tells more of them at night. */
const STORIES = Number(process.env['SPENDING_STORIES'] ?? 25)
const STORY_LENGTH_MAX = 40

describe.each(TEST_VERSIONS)('the spending protocol on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let template: string

  beforeAll(async () => {
    server = await startTestDatabase({ version })
    template = await createTemplate(server.url)
  }, 60_000)
  afterAll(() => server.stop())

  it('balances, loses nothing acknowledged and charges nothing twice, whatever happens in whatever order', async () => {
    let acknowledged = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: STORY_LENGTH_MAX }),
        fc.record({
          balance: fc.integer({ min: 1, max: 60 }),
          cap: fc.integer({ min: 1, max: 60 }),
        }),
        async (happenings, { balance, cap }) => {
          const moral = await tellStory(
            {
              serverUrl: server.url,
              template,
              balanceCalls: BigInt(balance),
              capCalls: BigInt(cap),
              slots: 2,
            },
            happenings,
          )
          acknowledged += moral.acknowledged
        },
      ),
      { numRuns: STORIES },
    )
    expect(acknowledged).toBeGreaterThan(STORIES)
  }, 600_000)
})
