import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { UsageRecord } from '@mcp-orchestra/api/journal-record'
import type { PriceEntity, ServerEntity } from '@mcp-orchestra/api/snapshot'
import { startGateway } from '@mcp-orchestra/gateway'
import { stageSnapshot } from './staged-snapshot.ts'
import { startStandInControlPlane } from './stand-in-control-plane.ts'

/** A server behind the relay, as little as a test must say of it. */
export type StagedServer = {
  readonly transport: ServerEntity['transport']
  readonly era: 'legacy' | 'modern'
  readonly limits?: Partial<ServerEntity['limits']>
  /** Price of one call by tool, in atto-USD. */
  readonly prices?: Readonly<Record<string, PriceEntity['amount']>>
}

/** An endpoint of the relay with the key for it. */
export type KeyedTarget = { readonly url: string; readonly apiKey: string }

/** A gateway with servers behind it and a key that may call them all. */
export type TestRelay = {
  /** `/s/<alias>/mcp`. */
  transparent(alias: string): KeyedTarget
  /** `/mcp`. */
  readonly aggregated: KeyedTarget
  /** What was journalled of the first call of a tool. */
  usageOf(tool: string): Promise<UsageRecord>
  close(): Promise<void>
}

const GATEWAY_NAME = 'gateway-1'

/** Starts the real gateway in this process, with the given servers by alias, and a stand-in for the control plane. */
export async function startTestRelay(
  servers: Readonly<Record<string, StagedServer>>,
): Promise<TestRelay> {
  const directory = await mkdtemp(path.join(tmpdir(), 'relay-'))
  const secretFile = path.join(directory, 'secret')
  const journalDir = path.join(directory, 'journal')
  await writeFile(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 })
  await mkdir(journalDir, { mode: 0o700 })
  const { changes, apiKey } = stageSnapshot(servers, GATEWAY_NAME)
  const controlPlane = await startStandInControlPlane(changes)
  const gateway = await startGateway({
    name: GATEWAY_NAME,
    controlPlaneUrl: controlPlane.url,
    journalDir,
    host: '127.0.0.1',
    port: 0,
    internalPort: undefined,
    logLevel: 'silent',
    allowedOrigins: [],
    supervised: false,
    secretFile,
  })
  return {
    transparent: (alias) => ({ url: `${gateway.url}/s/${alias}/mcp`, apiKey }),
    aggregated: { url: `${gateway.url}/mcp`, apiKey },
    usageOf: (tool) => controlPlane.usageOf(tool),
    async close() {
      await gateway.close()
      await controlPlane.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
