import { expect, test } from 'vitest'
import { Cancel } from './cancel.ts'

test('listeners hear of the first reason, once, and who listens too late hears nothing', () => {
  const cancel = new Cancel()
  const heard: unknown[] = []
  const listener = (): void => void heard.push(cancel.reason)
  cancel.addEventListener('abort', listener)
  cancel.addEventListener('abort', listener)
  expect(cancel.signal.aborted).toBe(false)
  cancel.abort('first')
  cancel.abort('second')
  cancel.addEventListener('abort', listener)
  expect(heard).toEqual(['first'])
  expect([cancel.signal.aborted, cancel.signal.reason]).toEqual([true, 'first'])
})

test('who has left is not told, even when he leaves while others are told', () => {
  const cancel = new Cancel()
  const heard: string[] = []
  const gone = (): void => void heard.push('gone')
  cancel.addEventListener('abort', gone)
  cancel.addEventListener('abort', () => void heard.push('here'))
  cancel.removeEventListener('abort', gone)
  cancel.abort('now')
  expect(heard).toEqual(['here'])
})

test('a follower takes the reason of whichever is cancelled first, also of one that was before', () => {
  const first = new Cancel()
  const platform = new AbortController()
  const follower = new Cancel()
  follower.follow(first, platform.signal)
  platform.abort('second')
  first.abort('first')
  expect(follower.reason).toBe('second')
  const late = new Cancel()
  late.follow(first)
  expect([late.aborted, late.reason]).toEqual([true, 'first'])
})

test('a follower that let go is not cancelled any more', () => {
  const leader = new Cancel()
  const follower = new Cancel()
  const release = follower.follow(leader)
  release()
  leader.abort('over')
  expect(follower.aborted).toBe(false)
})
