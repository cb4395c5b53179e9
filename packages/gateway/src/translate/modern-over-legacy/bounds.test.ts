import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { scriptedView, type ScriptedView } from './testing-scripted-link.ts'

const MINUTE_MS = 60_000
let view: ScriptedView

beforeEach(() => void vi.useFakeTimers())
afterEach(async () => {
  await view.close()
  vi.useRealTimers()
})

/** Whatever is called asks its client first; nobody has answered yet. */
function asking(bounds: Parameters<typeof scriptedView>[0]): ScriptedView {
  view = scriptedView(bounds)
  view.hand.answer = ({ method }) =>
    method === 'tools/call'
      ? { messages: [{ id: 'q', method: 'elicitation/create', params: {} }] }
      : { result: { tools: [] } }
  return view
}

/** A call, and the time that a server has to ask all that it asks at once. */
async function park(more: Parameters<ScriptedView['call']>[0] = {}): Promise<string> {
  const asked = view.call(more)
  // Whoever waits for it hears of it; here it must not count as nobody's.
  void asked.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(100)
  return (await asked).result?.requestState ?? ''
}

const BUSY = { code: 'upstream.busy' }

test.each([
  ['of one key', { parkedPerKeyMax: 2 }, { client: 'another' }, { key: 'bob' }],
  ['of all', { parkedMax: 2 }, { key: 'bob', alias: 'b' }, undefined],
])(
  'calls %s that wait for their clients are bounded: one more is refused, and its server is told',
  async (_whose, bounds, tooMany, other) => {
    asking(bounds)
    await park()
    await park()
    await expect(park(tooMany)).rejects.toMatchObject(BUSY)
    expect(view.load().parked).toBe(2)
    const { sent } = view.sessions.at(-1) ?? { sent: [] }
    const called = sent.find(({ method }) => method === 'tools/call')
    expect(sent).toContainEqual(
      expect.objectContaining({
        method: 'notifications/cancelled',
        params: expect.objectContaining({ requestId: called?.id }) as unknown,
      }),
    )
    expect(sent).toContainEqual(
      expect.objectContaining({ id: 'q', error: expect.anything() as unknown }),
    )
    if (other !== undefined) expect(await park(other)).not.toBe('')
  },
)

test('a server has as many calls that wait as it may have in flight; other servers have their own', async () => {
  asking({})
  const limits = { concurrentCallsMax: 2 }
  await park({ limits })
  await park({ key: 'bob' })
  await expect(park({ key: 'carol' })).rejects.toMatchObject(BUSY)
  expect(await park({ alias: 'b', key: 'carol' })).not.toBe('')
})

test('a place is free again when its client has answered', async () => {
  asking({ parkedMax: 1 })
  const requestState = await park()
  const inputResponses = { q: { action: 'accept' } }
  // The server asks nothing more and says nothing more: the answer is there, the call goes on.
  void view.call({ params: { requestState, inputResponses } }).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(view.sessions[0]?.sent).toContainEqual(
    expect.objectContaining({ id: 'q', result: { action: 'accept' } }),
  )
  expect(await park({ key: 'bob' })).not.toBe('')
})

test('a call whose client does not answer ends after ten minutes: its server hears so, and a retry too', async () => {
  asking({})
  const requestState = await park()
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS - 1_000)
  expect(view.load().parked).toBe(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(view.load().parked).toBe(0)
  const methods = view.sessions[0]?.sent.map(({ method, id }) => method ?? id)
  expect(methods).toEqual(expect.arrayContaining(['notifications/cancelled', 'q']))
  const retry = await view.call({ params: { requestState, inputResponses: { q: {} } } })
  expect(retry.error).toMatchObject({
    code: -32602,
    message: expect.stringContaining('its time is over') as unknown,
  })
})

test('sessions of one key are bounded: an idle one makes room', async () => {
  view = scriptedView({ sessionsPerKeyMax: 1 })
  view.hand.answer = () => ({ result: { tools: [] } })
  await view.call({ client: 'first' })
  await view.call({ client: 'second' })
  expect(view.sessions.map(({ isOpen }) => isOpen)).toEqual([false, true])
})

test('sessions of one key are bounded: one in use makes no room, and another key has its own', async () => {
  asking({ sessionsPerKeyMax: 1 })
  await park({ client: 'first' })
  await expect(view.call({ client: 'second' })).rejects.toMatchObject(BUSY)
  expect(await park({ client: 'third', key: 'bob' })).not.toBe('')
})

test('sessions of all keys are bounded: the one that was idle longest makes room, whoever has it', async () => {
  view = scriptedView({ sessionsMax: 2 })
  view.hand.answer = () => ({ result: { tools: [] } })
  for (const key of ['alice', 'bob']) {
    await view.call({ key })
    view.hand.nowMs += 1
  }
  await view.call({ key: 'carol' })
  expect(view.open().map(({ caller }) => caller.keyId)).toEqual(['bob', 'carol'])
})

test('a session that nobody used for five minutes is ended, and the next call opens one', async () => {
  view = scriptedView({})
  view.hand.answer = () => ({ result: { tools: [] } })
  await view.call()
  view.hand.nowMs += 5 * MINUTE_MS - 1
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(view.open()).toHaveLength(1)
  view.hand.nowMs += 1
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(view.open()).toHaveLength(0)
  await view.call()
  expect(view.sessions).toHaveLength(2)
})

test('a session is kept for a task that runs, for an hour after the last word about it', async () => {
  view = scriptedView({})
  const task = { taskId: 't', status: 'working' }
  view.hand.answer = ({ method }) =>
    method === 'tools/call'
      ? { result: { task } }
      : { result: { ...task, tools: [{ name: 'x', execution: { taskSupport: 'required' } }] } }
  expect((await view.call()).result).toMatchObject({ resultType: 'task' })
  const wait = async (ms: number): Promise<void> => {
    view.hand.nowMs += ms
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
  }
  await wait(59 * MINUTE_MS)
  await view.ask('tasks/get', { taskId: 't' })
  await wait(59 * MINUTE_MS)
  expect(view.open()).toHaveLength(1)
  await wait(MINUTE_MS)
  expect(view.open()).toHaveLength(0)
})
