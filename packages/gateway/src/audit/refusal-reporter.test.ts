import type { RefusedHandlesReport } from '@mcp-orchestra/api/gateway-link'
import { createIds, instant, systemClock, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, expect, it } from 'vitest'
import type { CallerIdentity } from '../authorize/caller.ts'
import { startRefusalReporter, type RefusalReporter } from './refusal-reporter.ts'
import { sampleKey } from '../snapshot/testing.ts'
import type { RefusedHandle } from './refused-handles.ts'

let nowMs = 0
const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
const open: RefusalReporter[] = []
afterEach(() => Promise.all(open.splice(0).map((reporter) => reporter.stop())))

function start() {
  const reports: RefusedHandlesReport[] = []
  const link = { isAway: false }
  const reporter = startRefusalReporter({
    incarnationId: 'inc_1',
    clock,
    ids: createIds(systemClock),
    events: { auditFailed: () => undefined },
    link: {
      async reportRefusals(report) {
        if (link.isAway) throw new Error('away')
        reports.push(structuredClone(report))
        await Promise.resolve()
      },
    },
  })
  open.push(reporter)
  return { reporter, reports, link }
}

function refusedBy(keyId: string): RefusedHandle {
  const key = sampleKey(keyId, { id: keyId })
  const caller: CallerIdentity = {
    keyId: key.id as CallerIdentity['keyId'],
    organizationId: key.organizationId as CallerIdentity['organizationId'],
    memberId: null,
    key,
  }
  return { action: 'gateway.session_refused', caller, endpointId: 'mcp', fault: 'unreadable' }
}

it('a flood of one key is one entry at once and one a minute, with all of its refusals counted', async () => {
  const { reporter, reports } = start()
  reporter.note(refusedBy('key_a'))
  await reporter.report()
  for (let count = 0; count < 10_000; count += 1) reporter.note(refusedBy('key_a'))
  await reporter.report()
  expect(reports.map(({ entries }) => entries.map(({ count }) => count))).toEqual([[1]])
  nowMs += 60_000
  await reporter.report()
  expect(reports.map(({ entries }) => entries.map(({ count }) => count))).toEqual([[1], [10_000]])
})

it('keys are told apart, and what could not be told is told later under the same ids, once', async () => {
  const { reporter, reports, link } = start()
  link.isAway = true
  reporter.note(refusedBy('key_a'))
  reporter.note(refusedBy('key_b'))
  await reporter.report()
  link.isAway = false
  await reporter.report()
  await reporter.report()
  expect(reports).toHaveLength(1)
  expect(reports[0]?.entries.map(({ keyId }) => keyId)).toEqual(['key_a', 'key_b'])
})

it('a flood of many keys is bounded, in a report and in memory', async () => {
  const { reporter, reports } = start()
  for (let key = 0; key < 20_000; key += 1) reporter.note(refusedBy(`key_${key}`))
  await reporter.report()
  expect(reports[0]?.entries).toHaveLength(500)
})
