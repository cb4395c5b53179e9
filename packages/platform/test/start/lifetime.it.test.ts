import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'
import { programOf } from '../../src/demo/package-program.ts'
import { freePort } from '../../src/ports.ts'
import { descendantsOf, isRunning } from './process-tree.ts'
import { runMain } from './run-main.ts'

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'orchestra-life-'))
})
afterAll(() => rm(parent, { recursive: true, force: true }))

function clientOf(platform: StartedPlatform): Orchestra {
  return createOrchestra({ baseUrl: platform.urls.controlPlane, apiKey: platform.apiKey })
}

async function registerMemory(orchestra: Orchestra): Promise<void> {
  await orchestra.hub.registerMCP({
    alias: 'graph',
    transport: {
      kind: 'stdio',
      command: process.execPath,
      args: [programOf('@modelcontextprotocol/server-memory')],
      env: { MEMORY_FILE_PATH: join(parent, 'memory.jsonl') },
    },
  })
}

function readGraph(orchestra: Orchestra) {
  return orchestra.hub.routeRequest({ server: 'graph', params: { name: 'read_graph' } })
}

function pidOf(platform: StartedPlatform, name: string): number {
  return platform.processes().find((process) => process.name === name)?.pid ?? 0
}

describe('a platform', () => {
  let platform: StartedPlatform
  const dataDir = () => join(parent, 'data')
  beforeAll(async () => {
    platform = await startPlatform({ dataDir: dataDir(), demo: true })
    await registerMemory(clientOf(platform))
  })
  afterAll(() => platform.stop())

  test('runs a database, a control plane and a gateway, and calls work', async () => {
    expect(platform.processes().map(({ name }) => name)).toEqual([
      'postgres',
      'control-plane',
      'gateway-1',
      'demo-everything',
      'demo-fixture',
    ])
    const { result } = await readGraph(clientOf(platform))
    expect(result['structuredContent']).toEqual({ entities: [], relations: [] })
  })

  test('lets no second platform on its data directory', async () => {
    const run = runMain('start', {
      ORCHESTRA_DATA_DIR: dataDir(),
      ORCHESTRA_PORT: String(await freePort('127.0.0.1')),
      ORCHESTRA_GATEWAY_PORT: String(await freePort('127.0.0.1')),
    })
    expect(await run.exitCode()).toBe(1)
    expect(run.err()).toContain(`process ${process.pid}) is running on this data directory`)
  })

  test.each(['gateway-1', 'control-plane', 'postgres'])(
    'starts %s again after a kill -9, and calls work',
    async (name) => {
      const before = pidOf(platform, name)
      process.kill(before, 'SIGKILL')
      await expect.poll(() => pidOf(platform, name), { timeout: 60_000 }).not.toBe(before)
      const client = clientOf(platform)
      await expect
        .poll(
          async () => {
            const status = await client.status().catch(() => undefined)
            return status?.gateways.some(({ connected }) => connected) === true
          },
          { timeout: 60_000, interval: 200 },
        )
        .toBe(true)
      const { result } = await readGraph(client)
      expect(result['structuredContent']).toEqual({ entities: [], relations: [] })
    },
  )

  test('stops everything, and a second start finds organization, servers and keys again', async () => {
    const { apiKey, payer } = platform
    const before = await everythingOf(platform)
    const pids = platform.processes().map(({ pid }) => pid)
    await platform.stop()
    expect(pids.filter(isRunning)).toEqual([])
    platform = await startPlatform({ dataDir: dataDir(), demo: true })
    expect(platform).toMatchObject({ apiKey, payer })
    expect(await everythingOf(platform)).toEqual(before)
    await readGraph(clientOf(platform))
  })
})

/** What a second start must find as it was: nothing made twice, nothing lost. */
async function everythingOf(platform: StartedPlatform): Promise<unknown> {
  const operator = clientOf(platform)
  const payer = createOrchestra({
    baseUrl: platform.urls.controlPlane,
    apiKey: platform.payer?.apiKey ?? '',
  })
  const { available, leased } = await payer.balance.get()
  return {
    me: await operator.users.me(),
    organizations: await operator.users.listOrganizations().all(),
    servers: (await operator.hub.listServers().all()).map(({ id, alias }) => ({ id, alias })),
    money: BigInt(available.amount) + BigInt(leased.amount),
    caps: (await payer.caps.list().all()).map(({ id, amount }) => ({ id, amount })),
  }
}

describe('the program', () => {
  test('leaves no process behind after a kill -9', async () => {
    const dataDir = join(parent, 'killed')
    const run = runMain('start', {
      ORCHESTRA_DATA_DIR: dataDir,
      ORCHESTRA_PORT: String(await freePort('127.0.0.1')),
      ORCHESTRA_GATEWAY_PORT: String(await freePort('127.0.0.1')),
      ORCHESTRA_DEMO: 'off',
    })
    await run.says('ready in')
    const children = descendantsOf(run.child.pid ?? 0)
    expect(children.length).toBeGreaterThanOrEqual(3)
    run.child.kill('SIGKILL')
    await run.exitCode()
    await expect.poll(() => children.filter(isRunning), { timeout: 30_000 }).toEqual([])
  })

  test('refuses a database that is damaged, and leaves it as it is', async () => {
    const dataDir = join(parent, 'killed')
    const mark = join(dataDir, 'postgres', 'cluster', 'PG_VERSION')
    const version = await readFile(mark, 'utf8')
    await writeFile(mark, 'eighteen\n')
    const run = runMain('start', {
      ORCHESTRA_DATA_DIR: dataDir,
      ORCHESTRA_PORT: String(await freePort('127.0.0.1')),
      ORCHESTRA_GATEWAY_PORT: String(await freePort('127.0.0.1')),
    })
    expect(await run.exitCode()).toBe(1)
    expect(run.err().trim().split('\n')).toHaveLength(1)
    await writeFile(mark, version)
  })
})
