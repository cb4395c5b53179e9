import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import type { SnapshotBody, SnapshotChange, SnapshotKind } from '@mcp-orchestra/api/snapshot'
import { instant, systemClock, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createControlPlaneLink, type ControlPlaneLink } from '../link/link.ts'
import {
  startScriptedControlPlane,
  TEST_SECRET,
  type ScriptedControlPlane,
} from '../link/testing.ts'
import {
  createSnapshotReplica,
  type FollowingReplica,
  type SnapshotCommand,
} from './create-replica.ts'
import { createDiskCopy } from './disk-copy.ts'
import { sampleKey, sampleServer, sampleSettings } from './testing.ts'

let directory: string
let plane: ScriptedControlPlane
let resyncs: number
const open: { replica: FollowingReplica; link: ControlPlaneLink }[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'replica-'))
  plane = await startScriptedControlPlane()
  plane.put(put('settings', 'settings', sampleSettings()))
  resyncs = 0
})

afterEach(async () => {
  for (const { replica, link } of open.splice(0)) {
    await replica.stop()
    await link.close()
  }
  await plane.stop()
  await rm(directory, { recursive: true })
})

function put<K extends SnapshotKind>(kind: K, id: string, body: SnapshotBody<K>): SnapshotChange {
  return { kind, id, body: { ...body } }
}

function replicaOf(clock: Clock = systemClock, secret = TEST_SECRET): FollowingReplica {
  const link = createControlPlaneLink({
    url: plane.url,
    secret: TEST_SECRET,
    incarnationId: 'inc_test',
  })
  const replica = createSnapshotReplica({
    link,
    clock,
    copy: createDiskCopy(directory, secret),
    events: {
      applied: () => undefined,
      resync: () => void (resyncs += 1),
      disconnected: () => undefined,
      unreadable: () => undefined,
      copyFailed: (cause) => {
        throw cause
      },
      acknowledgeFailed: () => undefined,
    },
  })
  open.push({ replica, link })
  return replica
}

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000, interval: 5 })

test('a change reaches the replica, its listeners and the acknowledgement', async () => {
  const replica = replicaOf()
  const seen: string[] = []
  replica.onChange(({ kind, id }) => seen.push(`${kind}:${id}`))
  await replica.start()
  expect(replica.staleMs()).toBe(0)
  const key = sampleKey('secret')
  plane.put(put('key', key.id, key))
  await until(() => replica.keyByDigest(key.digest) !== undefined)
  expect(seen).toContain(`key:${key.id}`)
  await until(() => plane.acknowledged.at(-1) === 2)
})

test('a gap is mended by a full snapshot', async () => {
  const replica = replicaOf()
  await replica.start()
  plane.put(put('server', 'srv_lost', sampleServer('lost', { id: 'srv_lost' })), { lose: true })
  plane.put(put('server', 'srv_seen', sampleServer('seen', { id: 'srv_seen' })))
  await until(() => replica.servers().length === 2)
  expect(resyncs).toBe(1)
  expect(plane.connections).toEqual([0, 0])
})

test('changes that come in parts are applied whole, with their message', async () => {
  const replica = replicaOf()
  await replica.start()
  const servers = ['one', 'two', 'three'].map((alias) =>
    put('server', `srv_${alias}`, sampleServer(alias, { id: `srv_${alias}` })),
  )
  for (const server of servers) plane.put(server, { lose: true })
  plane.send({ type: 'part', changes: servers.slice(0, 1) })
  plane.send({ type: 'part', changes: servers.slice(1, 2) })
  plane.send({ type: 'delta', after: 1, version: 4, changes: servers.slice(2) })
  await until(() => replica.version === 4)
  expect(replica.servers().map(({ alias }) => alias)).toEqual(
    expect.arrayContaining(['one', 'two', 'three']),
  )
  expect(resyncs).toBe(0)
})

test('a change that was lost without a successor is found by the heartbeat', async () => {
  const replica = replicaOf()
  await replica.start()
  plane.put(put('server', 'srv_lost', sampleServer('lost', { id: 'srv_lost' })), { lose: true })
  await until(() => replica.serverByAlias('lost') !== undefined)
  expect(resyncs).toBe(1)
})

test('a link that falls silent is given up after four heartbeats, and the replica reconnects from its version', async () => {
  const replica = replicaOf()
  await replica.start()
  plane.pulse(false)
  await until(() => plane.connections.length > 1)
  plane.pulse(true)
  await until(() => replica.staleMs() === 0)
  expect(plane.connections[1]).toBe(1)
})

test('refresh brings what the stream has not brought, and asks once for all who wait', async () => {
  const replica = replicaOf()
  await replica.start()
  const asks = await Promise.all([replica.refresh(), replica.refresh(), replica.refresh()])
  expect(asks).toEqual([true, true, true])
  expect(plane.headAsks).toBe(1)
  plane.answer(LINK_PATHS.head, (response) => response.end('{"version":99,"epoch":1}'))
  expect(await replica.refresh()).toBe(false)
})

test('commands reach their listeners', async () => {
  const replica = replicaOf()
  const commands: SnapshotCommand[] = []
  replica.onCommand((command) => commands.push(command))
  await replica.start()
  plane.send({ type: 'recall', leaseIds: ['les_1'] })
  plane.send({ type: 'probe', serverId: 'srv_a', probeId: 'p1' })
  await until(() => commands.length === 2)
  expect(commands.map(({ type }) => type)).toEqual(['recall', 'probe'])
})

/** Runs a replica once, so that the directory holds its copy, then takes the control plane away. */
async function leaveCopy(): Promise<void> {
  const key = sampleKey('secret')
  plane.put(put('key', key.id, key))
  const replica = replicaOf()
  await replica.start()
  await replica.stop()
  await plane.stop()
}

test('the copy on disk serves a restart while the control plane is away, and counts its age', async () => {
  await leaveCopy()
  const shifted: Clock = {
    now: () => instant(systemClock.now() + 30_000),
    monotonicMs: () => systemClock.monotonicMs(),
  }
  const replica = replicaOf(shifted)
  await replica.start()
  expect(replica.keyByDigest(sampleKey('secret').digest)?.id).toBe('key_01')
  expect(replica.staleMs()).toBeGreaterThanOrEqual(30_000)
  expect(replica.staleMs()).toBeLessThan(60_000)
  plane = await startScriptedControlPlane()
})

test('the copy is for its owner alone', async () => {
  await leaveCopy()
  const mode = (await stat(join(directory, 'snapshot.json'))).mode & 0o777
  expect(mode).toBe(0o600)
  plane = await startScriptedControlPlane()
})

test('a copy that was changed, or written with another secret, is not believed', async () => {
  await leaveCopy()
  const path = join(directory, 'snapshot.json')
  const content = await readFile(path, 'utf8')
  expect(await createDiskCopy(directory, TEST_SECRET).load()).toBeDefined()
  expect(await createDiskCopy(directory, 'another secret').load()).toBeUndefined()
  await writeFile(path, content.replace('"ratePerMinute":600', '"ratePerMinute":999'))
  expect(await createDiskCopy(directory, TEST_SECRET).load()).toBeUndefined()
  await writeFile(path, content.slice(0, content.length / 2))
  expect(await createDiskCopy(directory, TEST_SECRET).load()).toBeUndefined()
  plane = await startScriptedControlPlane()
})
