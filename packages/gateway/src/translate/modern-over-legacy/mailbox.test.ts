import { expect, test } from 'vitest'
import { Mailbox, QUIET } from './mailbox.ts'

test('messages come in order, and the end after the last of them', async () => {
  const mailbox = new Mailbox<number>()
  void mailbox.push(1)
  void mailbox.push(2)
  mailbox.end('ended')
  expect([await mailbox.take(), await mailbox.take(), await mailbox.take()]).toEqual([
    1,
    2,
    undefined,
  ])
})

test('an end with an error is told after what came before it, and stays the end', async () => {
  const mailbox = new Mailbox<number>()
  void mailbox.push(1)
  mailbox.end({ error: new Error('broken') })
  mailbox.end('ended')
  expect(await mailbox.take()).toBe(1)
  await expect(mailbox.take()).rejects.toThrow('broken')
})

test('who waits is woken by a message, by the end, or by the quiet', async () => {
  const mailbox = new Mailbox<number>()
  const taken = mailbox.take()
  void mailbox.push(5)
  expect(await taken).toBe(5)
  expect(await mailbox.take(1)).toBe(QUIET)
  const last = mailbox.take()
  mailbox.end('ended')
  expect(await last).toBeUndefined()
})

test('a writer waits while too much waits, and goes on when it is read or nobody will', async () => {
  const mailbox = new Mailbox<number>()
  let room: Promise<void> | undefined
  for (let item = 0; room === undefined; item += 1) room = mailbox.push(item)
  let isFree = false
  void room.then(() => (isFree = true))
  await Promise.resolve()
  expect(isFree).toBe(false)
  await mailbox.take()
  await room
  const again = mailbox.push(0)
  mailbox.end('ended')
  await again
})
