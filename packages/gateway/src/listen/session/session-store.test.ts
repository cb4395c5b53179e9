import { instant } from '@mcp-orchestra/kernel'
import { expect, it } from 'vitest'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { sampleKey } from '../../snapshot/testing.ts'
import { SILENT_GREETING } from './greeting.ts'
import { SessionStore } from './session-store.ts'

function startStore() {
  let nowMs = 0
  const store = new SessionStore({
    clock: { now: () => instant(0), monotonicMs: () => nowMs },
  })
  const key = sampleKey('one')
  const caller: CallerIdentity = {
    keyId: key.id as CallerIdentity['keyId'],
    organizationId: key.organizationId as CallerIdentity['organizationId'],
    memberId: null,
    key,
  }
  const open = () => {
    const session = store.open({
      endpointId: 'mcp',
      caller,
      greeting: SILENT_GREETING,
      openLink: () => {
        throw new Error('nothing is opened here')
      },
      mintId: () => 1,
    })
    store.name(session, session.id)
    return session
  }
  return { store, caller, open, pass: (ms: number) => void (nowMs += ms) }
}

it('room is made by the session that was idle longest, never by one in use or just heard of', () => {
  const { store, caller, open, pass } = startStore()
  const first = open()
  pass(10_000)
  const second = open()
  second.streams = 1
  pass(10_000)
  const third = open()
  expect(store.find(first.id, caller, 'mcp')).toBe(first)
  pass(4_000)
  expect(store.endIdle(() => true, 5_000)).toBe(false)
  pass(2_000)
  expect(store.endIdle(() => true, 5_000)).toBe(true)
  expect(store.find(third.id, caller, 'mcp')).toBeUndefined()
  expect(store.endIdle((session) => session === second)).toBe(false)
  expect(store.find(first.id, caller, 'mcp')).toBe(first)
})
