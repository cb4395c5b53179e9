import type { CapEntity } from '@mcp-orchestra/api/snapshot'
import { USD } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { sampleKey } from '../snapshot/testing.ts'
import { leaseScopeOf, pathOf } from './scope-path.ts'
import { startChargeBench } from './testing.ts'

const bench = await startChargeBench()
const price = { amount: 10n, asset: USD.id }
const cap = (window: CapEntity['window'], amount: string, kind: 'key' | 'session' = 'key') => ({
  id: `cap_${window}_${kind}`,
  scope: { kind, id: 'key_1' },
  window,
  amount,
})
const sessionOf = (change: Parameters<typeof bench.call>[0]) =>
  leaseScopeOf(bench.call(change), [cap('total', '5', 'session')], price).session

test('a lease is taken from windows, never from a ceiling per call', () => {
  const caps = [cap('call', '10'), cap('day', '1')]
  expect(leaseScopeOf(bench.call(), caps, price).capIds).toEqual(['cap_day_key'])
})

test('a call that costs more than its ceiling is refused; one that costs as much is not', () => {
  expect(() => leaseScopeOf(bench.call(), [cap('call', '9')], price)).toThrow(
    expect.objectContaining({
      code: 'charge.cap_exceeded',
      members: { capId: 'cap_call_key', window: 'call', remaining: { amount: '9', asset: 'USD' } },
    }),
  )
  expect(leaseScopeOf(bench.call(), [cap('call', '10')], price).capIds).toEqual([])
})

test('a session is named in a lease only where a cap binds each, and never in clear', () => {
  expect(
    leaseScopeOf(bench.call({ session: 'chat' }), [cap('day', '1')], price),
  ).not.toHaveProperty('session')
  expect(sessionOf({ session: 'chat' })).toMatch(/^[0-9a-f]{64}$/)
})

test('one session is one, whoever carries it; others are others', () => {
  expect(sessionOf({ session: 'chat' })).toBe(sessionOf({ session: 'chat' }))
  expect(sessionOf({ session: 'chat' })).not.toBe(sessionOf({ session: 'other' }))
})

test('calls that name no session are one session of their key', () => {
  const { caller } = bench.call()
  expect(sessionOf({})).toBe(sessionOf({}))
  expect(sessionOf({})).not.toBe(sessionOf({ session: caller.keyId }))
  const other = { ...caller, keyId: caller.keyId.replace(/.$/, 'z') as typeof caller.keyId }
  expect(sessionOf({})).not.toBe(sessionOf({ caller: other }))
})

test('a key that succeeded another one is bound as the first', () => {
  const key = sampleKey('secret', { rootId: 'key_root', agentId: 'agt_1' })
  const { caller } = bench.call()
  expect(pathOf({ ...caller, key })).toMatchObject({ keyId: 'key_root', agentId: 'agt_1' })
  expect(pathOf({ ...caller, key: sampleKey('secret') }).keyId).toBe('key_01')
})
