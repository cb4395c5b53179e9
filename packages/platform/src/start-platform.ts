import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@mcp-orchestra/kernel'
import { parseConfig, readEnv, type Environment } from './config.ts'
import { openPlatform, type PlatformOptions } from './platform.ts'
import { freePort } from './ports.ts'

/** What a test or a demo asks of a platform of its own. */
export type StartOptions = Pick<PlatformOptions, 'onStep' | 'onEvent'> & {
  /** Absent: a temporary one that `stop` removes. */
  readonly dataDir?: string
  /** Whether to seed the demo: servers, prices, a payer with money (default no). */
  readonly demo?: boolean
  /** Number of gateway processes (default 1). */
  readonly gateways?: number
  /** Further `ORCHESTRA_*` variables. */
  readonly env?: Environment
}

/** A whole platform as a fixture: real processes, a real database, free ports. */
export type StartedPlatform = {
  readonly urls: { readonly controlPlane: string; readonly gateway: string }
  /** The operator's. */
  readonly apiKey: string
  /** Who pays in the demo; undefined without it. */
  readonly payer: { readonly organizationId: string; readonly apiKey: string } | undefined
  readonly dataDir: string
  processes(): { name: string; pid: number }[]
  stop(): Promise<void>
}

/** Starts a platform on free ports; resolves when everything serves. */
export async function startPlatform(options: StartOptions = {}): Promise<StartedPlatform> {
  const temporary = options.dataDir === undefined
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'orchestra-')))
  const clean = async (): Promise<void> => {
    if (temporary) await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const [port, gatewayPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const platform = await openPlatform({
      config: parseConfig({
        ORCHESTRA_DATA_DIR: dataDir,
        ORCHESTRA_PORT: String(port),
        ORCHESTRA_GATEWAY_PORT: String(gatewayPort),
        ORCHESTRA_GATEWAYS: String(options.gateways ?? 1),
        ORCHESTRA_DEMO: options.demo === true ? 'on' : 'off',
        ...options.env,
      }),
      env: readEnv(),
      clock: systemClock,
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    })
    const { endpoints, secrets, demo } = platform
    return {
      urls: { controlPlane: endpoints.controlPlaneUrl, gateway: endpoints.gatewayUrl },
      apiKey: secrets.operatorKey,
      payer: demo?.payer,
      dataDir,
      processes: platform.processes,
      async stop() {
        await platform.stop()
        await clean()
      },
    }
  } catch (error) {
    await clean()
    throw error
  }
}
