import { startPlatform, type StartedPlatform } from 'mcp-orchestra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { capRefuses } from './cap-refuses.ts'
import { paidCallRetried } from './paid-call-retried.ts'
import { connectTo, type Platform } from './platform.ts'
import { registerAndPrice } from './register-and-price.ts'

let started: StartedPlatform
let platform: Platform
beforeAll(async () => {
  started = await startPlatform({ demo: true })
  platform = connectTo({ controlPlane: started.urls.controlPlane, operatorKey: started.apiKey })
})
afterAll(() => started.stop())

test('a publisher prices a server and is paid for a call', async () => {
  expect(await registerAndPrice(platform, 'example-thinking')).toMatch(/^evt_/)
})

test('a paid call whose answer was lost is asked again and paid once', async () => {
  expect(await paidCallRetried(platform)).toBe(2)
})

test('a hard cap refuses the call that would pass it', async () => {
  expect(await capRefuses(platform)).toBe(2)
})

test('after all examples the books sum to zero', async () => {
  expect((await platform.operator.ledger.trialBalance()).balanced).toBe(true)
})
