import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  startScriptedControlPlane,
  TEST_SECRET,
  type ScriptedControlPlane,
} from './link/testing.ts'
import { sampleSettings } from './snapshot/testing.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

let directory: string
let plane: ScriptedControlPlane

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gateway-main-'))
  await writeFile(join(directory, 'secret'), TEST_SECRET)
  plane = await startScriptedControlPlane()
  plane.put({ kind: 'settings', id: 'settings', body: { ...sampleSettings() } })
})

afterEach(async () => {
  await plane.stop()
  await rm(directory, { recursive: true })
})

type Ended = { code: number | null; ready: string; lastLine: Record<string, unknown> }

/** Runs the process; `whenReady` may end it. Resolves when it has exited. */
async function run(
  env: Record<string, string>,
  whenReady: (child: ReturnType<typeof spawn>, ready: string) => void = () => undefined,
  whenStarted: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ORCHESTRA_GATEWAY_SECRET_FILE: join(directory, 'secret'),
      ORCHESTRA_JOURNAL_DIR: join(directory, 'journal'),
      ORCHESTRA_CONTROL_PLANE_URL: plane.url,
      ORCHESTRA_GATEWAY_PORT: '0',
      ORCHESTRA_LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  whenStarted(child)
  let ready = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    ready += chunk.toString()
    if (ready.endsWith('\n')) whenReady(child, ready)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('close', resolve)
  const code = await promise
  const last = errors.trim().split('\n').at(-1) ?? ''
  return { code, ready, lastLine: last === '' ? {} : (JSON.parse(last) as Record<string, unknown>) }
}

test('a gateway says in one line of JSON that it serves, and stops on SIGTERM with exit code 0', async () => {
  const { code, ready } = await run({}, (child) => child.kill('SIGTERM'))
  expect(JSON.parse(ready)).toMatchObject({
    ready: true,
    url: expect.stringMatching(/^http:\/\/127/),
  })
  expect(code).toBe(0)
})

test('a supervised gateway stops when its supervisor is gone', async () => {
  const { code } = await run({ ORCHESTRA_SUPERVISED: '1' }, (child) => child.stdin?.end())
  expect(code).toBe(0)
})

test('a gateway that waits for its first snapshot stops too when its supervisor is gone', async () => {
  plane.answer(LINK_PATHS.snapshot, (response) => response.writeHead(503).end(stopWaiting()))
  const waiting: { end?: () => void } = {}
  const stopWaiting = (): string => {
    waiting.end?.()
    return ''
  }
  const { code, ready } = await run({ ORCHESTRA_SUPERVISED: '1' }, undefined, (child) => {
    waiting.end = () => child.stdin?.end()
  })
  expect([code, ready]).toEqual([0, ''])
})

test('an unknown setting is one clear sentence and exit code 1', async () => {
  const { code, lastLine } = await run({ ORCHESTRA_GATWAY_PORT: '7301' })
  expect([code, lastLine['msg']]).toEqual([
    1,
    'The configuration of the gateway is not usable. Unknown setting ORCHESTRA_GATWAY_PORT.',
  ])
})

test('a port in use is one clear sentence and exit code 1', async () => {
  const taken = createServer()
  const listening = Promise.withResolvers<void>()
  taken.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, lastLine } = await run({ ORCHESTRA_GATEWAY_PORT: String(port) })
  taken.close()
  expect([code, lastLine['msg']]).toEqual([
    1,
    'The port of the gateway is in use by another process; set ORCHESTRA_GATEWAY_PORT.',
  ])
})

test('a journal directory that is a file, and a secret that is missing, are one clear sentence each', async () => {
  const file = join(directory, 'file')
  await writeFile(file, '')
  const noDirectory = await run({ ORCHESTRA_JOURNAL_DIR: join(file, 'journal') })
  expect([noDirectory.code, noDirectory.lastLine['msg']]).toEqual([
    1,
    'ORCHESTRA_JOURNAL_DIR is not a directory.',
  ])
  const noSecret = await run({ ORCHESTRA_GATEWAY_SECRET_FILE: join(directory, 'none') })
  expect([noSecret.code, noSecret.lastLine['msg']]).toEqual([
    1,
    `The file with the secret of this gateway cannot be read. Not readable: ${join(directory, 'none')}.`,
  ])
})
