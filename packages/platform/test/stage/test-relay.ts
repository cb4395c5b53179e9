import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { UsageRecord } from '@mcp-orchestra/api/journal-record'
import { startStagedGateway } from './staged-gateway.ts'
import type { StagedServer } from './staged-server.ts'
import { stageSnapshot } from './staged-snapshot.ts'
import { startStandInControlPlane } from './stand-in-control-plane.ts'

/** An endpoint of the relay with the key for it. */
export type KeyedTarget = { readonly url: string; readonly apiKey: string }

/** A gateway with servers behind it and a key that may call them all. */
export type TestRelay = {
  /** `/s/<alias>/mcp`. */
  transparent(alias: string): KeyedTarget
  /** `/mcp`. */
  readonly aggregated: KeyedTarget
  /** `/mcp` with a key for one server: nothing collides then. */
  aggregatedFor(alias: string): KeyedTarget
  /** What was journalled of the first call of a tool. */
  usageOf(tool: string): Promise<UsageRecord>
  close(): Promise<void>
}

const GATEWAY_NAME = 'gateway-1'

/** Starts the real gateway in this process, with the given servers by alias, and a stand-in for the control plane. */
export async function startTestRelay(
  servers: Readonly<Record<string, StagedServer>>,
  options: { readonly legacySse?: boolean } = {},
): Promise<TestRelay> {
  const directory = await mkdtemp(path.join(tmpdir(), 'relay-'))
  const gateways = { [GATEWAY_NAME]: 'http://127.0.0.1:1' }
  const { changes, apiKey, keyOf, accounts } = stageSnapshot(servers, gateways)
  const controlPlane = await startStandInControlPlane(changes, accounts)
  const gateway = await startStagedGateway({
    name: GATEWAY_NAME,
    controlPlaneUrl: controlPlane.url,
    directory,
    gatewaySecret: randomBytes(32).toString('hex'),
    ...options,
  })
  return {
    transparent: (alias) => ({ url: `${gateway.url}/s/${alias}/mcp`, apiKey }),
    aggregated: { url: `${gateway.url}/mcp`, apiKey },
    aggregatedFor: (alias) => ({ url: `${gateway.url}/mcp`, apiKey: keyOf(alias) }),
    usageOf: (tool) => controlPlane.usageOf(tool),
    async close() {
      await gateway.close()
      await controlPlane.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
