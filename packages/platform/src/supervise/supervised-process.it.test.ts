import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { systemClock } from '@mcp-orchestra/kernel'
import { afterEach, expect, test } from 'vitest'
import { SupervisedProcess, type ProcessEvent, type ProcessSpec } from './supervised-process.ts'

const SERVES = `console.log('{"ready":true,"url":"http://x"}'); setInterval(() => {}, 1000)`

const alive: SupervisedProcess[] = []
afterEach(async () => {
  await Promise.all(alive.splice(0).map((process) => process.stop()))
})

function supervise(
  program: string,
  spec: Partial<ProcessSpec> = {},
): { process: SupervisedProcess; next: (kind: ProcessEvent['kind']) => Promise<ProcessEvent> } {
  const events: ProcessEvent[] = []
  let wake = (): void => undefined
  const supervised = new SupervisedProcess(
    {
      name: 'child',
      command: { file: process.execPath, args: ['-e', program] },
      cwd: '/',
      env: () => ({}),
      log: () => undefined,
      closeLog: () => undefined,
      readyTimeoutMs: 20_000,
      stopTimeoutMs: 500,
      ...spec,
    },
    {
      clock: systemClock,
      tell(event) {
        events.push(event)
        wake()
      },
    },
  )
  alive.push(supervised)
  return {
    process: supervised,
    async next(kind) {
      for (;;) {
        const index = events.findIndex((event) => event.kind === kind)
        if (index >= 0) return events.splice(index, 1)[0] as ProcessEvent
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a process that is killed runs again, as another process', async () => {
  const { process: supervised, next } = supervise(SERVES)
  await supervised.start()
  const first = supervised.pid ?? 0
  process.kill(first, 'SIGKILL')
  expect(await next('died')).toMatchObject({ name: 'child', exit: { signal: 'SIGKILL' } })
  const again = await next('restarted')
  expect(again).toMatchObject({ pid: supervised.pid })
  expect(supervised.pid).not.toBe(first)
})

test('a start that is refused says why, in the words of the process', async () => {
  const { process: supervised } = supervise(
    `console.error('{"level":60,"msg":"The database is older than 15."}'); process.exit(1)`,
  )
  await expect(supervised.start()).rejects.toThrow(
    'The process "child" did not start: The database is older than 15.',
  )
})

test('a process that never serves is ended after its time', async () => {
  const { process: supervised } = supervise('setInterval(() => {}, 1000)', { readyTimeoutMs: 300 })
  await expect(supervised.start()).rejects.toThrow(/was not ready within 0.3 s/)
})

test('a process that does not end when asked is killed', async () => {
  const { process: supervised } = supervise(`process.on('SIGTERM', () => {}); ${SERVES}`)
  await supervised.start()
  const pid = supervised.pid ?? 0
  await supervised.stop()
  expect(isAlive(pid)).toBe(false)
})

test('a stop during the pause before a restart leaves nothing running', async () => {
  const { process: supervised, next } = supervise(SERVES)
  await supervised.start()
  process.kill(supervised.pid ?? 0, 'SIGKILL')
  await next('died')
  await supervised.stop()
  expect(supervised.pid).toBeUndefined()
})

test('children are gone after a kill -9 of their parent, whether or not they watch their input', async () => {
  const parent = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { startChild } from ${JSON.stringify(new URL('./running-child.ts', import.meta.url).href)}
     import { boundToParent } from ${JSON.stringify(new URL('./child-command.ts', import.meta.url).href)}
     const child = startChild({
       command: boundToParent({ file: process.execPath, args: ['-e', ${JSON.stringify(SERVES)}] }, '/usr/bin:/bin'),
       cwd: '/', env: () => ({}), log: () => {},
     })
     await child.ready
     console.log(child.pid)
     setInterval(() => {}, 1000)`,
  ])
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
  const pid = Number(line)
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
})
