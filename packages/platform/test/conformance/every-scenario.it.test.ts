import { expect, it } from 'vitest'
import { CLIENT_COUNTS, OLDER_CLIENT_COUNTS, UNSCORED_CLIENT_COUNTS } from './client-counts.ts'
import { NOT_RUN } from './not-run.ts'
import { REQUIRED_COUNTS, UNSCORED_COUNTS } from './required-counts.ts'
import { listScenarios } from './run-suite.ts'
import { SKILL_CLIENT_COUNTS, SKILL_COUNTS } from './skill-counts.ts'

it('every scenario that the suite has is run, or stands in the table of those that are not', async () => {
  const counted = [
    ...[REQUIRED_COUNTS, UNSCORED_COUNTS, CLIENT_COUNTS, SKILL_COUNTS].flatMap((counts) =>
      Object.values<object>(counts),
    ),
    UNSCORED_CLIENT_COUNTS,
    OLDER_CLIENT_COUNTS,
    SKILL_CLIENT_COUNTS,
    NOT_RUN,
  ]
  const known = new Set(counted.flatMap((counts) => Object.keys(counts)))
  expect(new Set(await listScenarios())).toEqual(known)
})
