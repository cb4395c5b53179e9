import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/ports.ts'
import { runMain } from './run-main.ts'

let parent: string
let variables: Record<string, string>
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'orchestra-refused-'))
  variables = {
    ORCHESTRA_DATA_DIR: join(parent, 'data'),
    ORCHESTRA_PORT: String(await freePort('127.0.0.1')),
    ORCHESTRA_GATEWAY_PORT: String(await freePort('127.0.0.1')),
    ORCHESTRA_DEMO: 'off',
  }
})
afterEach(() => rm(parent, { recursive: true, force: true }))

/** A start that must be refused: exit code 1, nothing on standard output, one line on standard error. */
async function refusedStart(changes: Record<string, string>): Promise<string> {
  const run = runMain('start', { ...variables, ...changes })
  expect(await run.exitCode()).toBe(1)
  expect(run.out()).toBe('')
  const lines = run.err().trim().split('\n')
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

describe('a start is refused in one sentence, with exit code 1, when', () => {
  test.each([
    ['ORCHESTRA_PORT', 'control plane'],
    ['ORCHESTRA_GATEWAY_PORT', 'gateway'],
  ])('the port of %s is in use', async (variable, use) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const sentence = await refusedStart({ [variable]: String(port) })
    taken.close()
    expect(sentence).toContain(`Port ${port} on 127.0.0.1 (${use}) is in use`)
    expect(sentence).toContain(`${variable}=`)
  })

  test('the data directory cannot be made', async () => {
    await writeFile(join(parent, 'data'), 'a file')
    expect(await refusedStart({})).toMatch(/The data directory .* cannot be created or written/)
  })

  test('the data directory is on a file system that takes no files', async () => {
    expect(await refusedStart({ ORCHESTRA_DATA_DIR: '/proc/orchestra' })).toMatch(
      /\/proc\/orchestra cannot be created or written/,
    )
  })

  test('a variable is unknown', async () => {
    expect(await refusedStart({ ORCHESTRA_GATEWAY_PROT: '1' })).toContain(
      'did you mean ORCHESTRA_GATEWAY_PORT?',
    )
  })

  test('a value is unusable', async () => {
    expect(await refusedStart({ ORCHESTRA_PORT: 'many' })).toContain('ORCHESTRA_PORT is "many"')
  })

  test('the database cannot be reached', async () => {
    const port = await freePort('127.0.0.1')
    const sentence = await refusedStart({
      ORCHESTRA_DATABASE_URL: `postgresql://nobody:hunter2@127.0.0.1:${port}/none`,
    })
    expect(sentence).toContain('control-plane')
    expect(sentence).not.toContain('hunter2')
  })
})
