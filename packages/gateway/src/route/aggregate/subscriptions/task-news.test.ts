import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sampleServer } from '../../../snapshot/testing.ts'
import type { ClientTask } from '../../../upstream/task-facts.ts'
import { listenBench, TOOLS_CHANGED, UPDATED } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const NEWS = 'notifications/tasks'
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

/** A task of a server; two servers may call theirs the same. */
const taskOf = (alias: string, taskId: string, priceVersion: number | null = null): ClientTask => ({
  idText: `sealed ${alias} ${taskId}`,
  handle: {
    serverId: sampleServer(alias).id,
    taskId,
    tool: 'job',
    priceVersion,
    purchaseKey: 'k',
  },
})

test('tasks are asked of the server where they were begun, and acknowledged and heard of under the client’s ids', async () => {
  const { client, opened, settle } = listenBench(['a', 'b'])
  const tasks = [taskOf('a', '1'), taskOf('b', '1'), taskOf('b', '2'), taskOf('gone', '3')]
  const { sent, promised, heard } = await client({ taskIds: ['1', '1', '2', '3'] }, { tasks })
  expect(opened.map(({ alias, filter }) => [alias, filter])).toEqual([
    ['a', { taskIds: ['1'] }],
    ['b', { taskIds: ['1', '2'] }],
  ])
  expect(opened[0]?.params).toMatchObject({
    _meta: { 'io.modelcontextprotocol/clientCapabilities': TASKS },
  })
  opened[0]?.acknowledge()
  opened[1]?.acknowledge({ taskIds: ['1', 'of somebody else'] })
  await settle()
  expect(promised()).toEqual({ taskIds: ['sealed a 1', 'sealed b 1'] })
  opened[1]?.tell(NEWS, { taskId: '1', status: 'working' })
  opened[1]?.tell(NEWS, { taskId: 'of somebody else', status: 'working' })
  opened[1]?.tell(TOOLS_CHANGED)
  opened[1]?.tell(UPDATED, { uri: 'b://1' })
  await settle()
  expect(heard()).toEqual(['tasks'])
  expect(sent[1]?.params).toMatchObject({ taskId: 'sealed b 1', status: 'working' })
})

test.each([
  ['a free result comes with the news', null, 'text', true],
  ['a priced one is fetched', 1, 'text', false],
  ['one that names resources is fetched', null, 'resource_link', false],
])('%s', async (_what, priceVersion, type, isThere) => {
  const { client, opened, settle } = listenBench(['a', 'b'])
  const { sent } = await client({ taskIds: ['1'] }, { tasks: [taskOf('a', '1', priceVersion)] })
  opened[0]?.acknowledge()
  const result = { content: [{ type, uri: 'a://1', name: 'x', text: 'x' }] }
  opened[0]?.tell(NEWS, { taskId: '1', status: 'completed', result })
  await settle()
  expect(sent[1]?.params['result']).toEqual(isThere ? result : undefined)
})

test('news of tasks that nobody asked for reach nobody', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const { heard } = await client({ resourceSubscriptions: ['a://1'] })
  opened[0]?.acknowledge()
  opened[0]?.tell(NEWS, { taskId: '1', status: 'working' })
  await settle()
  expect(heard()).toEqual([])
})

test.each([
  ['through with its tasks ends their part alone', 'complete', false],
  ['whose stream breaks ends the client’s: it asks what was missed', 'broken', true],
] as const)('a server that is %s', async (_what, how, isOver) => {
  const { client, opened, settle } = listenBench(['a'])
  const listener = await client(
    { toolsListChanged: true, taskIds: ['1'] },
    { tasks: [taskOf('a', '1')] },
  )
  for (const listen of opened) listen.acknowledge()
  await settle()
  opened.find(({ filter }) => 'taskIds' in filter)?.end(how)
  await settle()
  expect(listener.over !== undefined).toBe(isOver)
})
