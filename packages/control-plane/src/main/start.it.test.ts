import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../infra/postgres/testing.ts'

const MAIN = new URL('./main.ts', import.meta.url).pathname

let postgres: TestDatabase
let dataDir: string
beforeAll(async () => {
  postgres = await startTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'orchestra-test-'))
})
afterAll(async () => {
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
})

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ORCHESTRA_DATABASE_URL: postgres.url,
      ORCHESTRA_DATA_DIR: dataDir,
      ORCHESTRA_PORT: '0',
      ORCHESTRA_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const exited = once(child, 'exit').then(([code]) => ({ code: code as number | null, errors }))
  return { child, exited }
}

async function ready(env: Record<string, string> = {}) {
  const { child, exited } = run(env)
  const lines = createInterface(child.stdout)
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(({ errors }) => Promise.reject(new Error(errors))),
  ])
  const { url } = JSON.parse(first) as { ready: true; url: string }
  return { child, exited, url }
}

test('a start makes private secrets and serves; a second one finds all again; SIGTERM stops in order', async () => {
  const first = await ready()
  const folder = join(dataDir, 'secrets')
  const names = (await readdir(folder)).toSorted()
  expect(names).toEqual(['auth', 'gateway-1', 'operator-key', 'sealing-key', 'vault-key'])
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  const key = (await readFile(join(folder, 'operator-key'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${key}` }
  const me = await (await fetch(`${first.url}/v1/me`, { headers })).json()
  const status = await fetch(`${first.url}/v1/status`, { headers })
  expect(await status.json()).toMatchObject({
    version: '0.1.0',
    gateways: [{ gateway: 'gateway-1', connected: false }],
  })
  const secret = (await readFile(join(folder, 'gateway-1'), 'utf8')).trim()
  const stream = await fetch(`${first.url}/internal/snapshot?after=0&incarnation=inc_test`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  const lines = createInterface(Readable.fromWeb(stream.body as WebStream))
  const types: unknown[] = []
  for await (const line of lines) {
    types.push((JSON.parse(line) as { type: string }).type)
    if (types.length === 3) break
  }
  expect(types).toEqual(['full', 'heartbeat', 'heartbeat'])
  first.child.kill('SIGTERM')
  expect(await first.exited).toMatchObject({ code: 0 })

  const second = await ready({ ORCHESTRA_SUPERVISED: '1' })
  expect(await (await fetch(`${second.url}/v1/me`, { headers })).json()).toEqual(me)
  // The supervisor is gone: so are we.
  second.child.stdin.end()
  expect(await second.exited).toMatchObject({ code: 0 })
})

test('a stop ends live streams at once, and does not wait for their readers', async () => {
  const { child, exited, url } = await ready()
  const key = (await readFile(join(dataDir, 'secrets', 'operator-key'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${key}` }
  const open = async () => {
    const { status, body } = await fetch(`${url}/v1/usage/live`, { headers })
    expect(status).toBe(200)
    return (body ?? expect.unreachable()).getReader()
  }
  const reading = await open()
  const asleep = await open()
  const { value } = await reading.read()
  expect(new TextDecoder().decode(value)).toMatch(/^: ping\nid: \d+-0\n\n$/)
  child.kill('SIGTERM')
  expect((await reading.read()).done).toBe(true)
  expect(await exited).toMatchObject({ code: 0 })
  // Both were ended and not cut: a connection that is closed by force breaks the answer off, which throws.
  expect((await asleep.read()).done).toBe(false)
  expect((await asleep.read()).done).toBe(true)
})

describe('a start that cannot be says one sentence and ends with 1', () => {
  test.each([
    ['an unknown variable', { ORCHESTRA_PROT: '1' }, 'ORCHESTRA_PROT'],
    ['a bad value', { ORCHESTRA_PORT: 'high' }, 'ORCHESTRA_PORT'],
    [
      'an unwritable data directory',
      { ORCHESTRA_DATA_DIR: '/proc/orchestra' },
      'cannot be written',
    ],
    ['no database', { ORCHESTRA_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }, 'database'],
  ])('%s', async (_, env, part) => {
    const { code, errors } = await run(env).exited
    expect(code).toBe(1)
    const last = JSON.parse(errors.trim().split('\n').at(-1) ?? '{}') as {
      msg: string
      level: number
    }
    expect(last.level).toBe(60)
    expect(last.msg).toContain(part)
    expect(errors).not.toContain('    at ')
  })

  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { code, errors } = await run({ ORCHESTRA_PORT: String(port) }).exited
    taken.close()
    expect(code).toBe(1)
    expect(errors).toContain('in use')
  })
})
