import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { originSpellings } from '@mcp-orchestra/api/origin'
import type { Config, Environment } from './config.ts'
import type { DataDirectory } from './data/data-directory.ts'
import type { Endpoints, GatewaySlot } from './endpoints.ts'
import { boundToParent, childEnvironment, type Command } from './supervise/child-command.ts'
import { LogFile } from './supervise/log-file.ts'
import type { ProcessSpec } from './supervise/supervised-process.ts'

/** Migrations of a large database may take this long; a process that needs more is stuck. */
const READY_TIMEOUT_MS = 120_000
/** In-flight calls may finish within this after a stop; then the process is killed. */
const STOP_TIMEOUT_MS = 20_000

/** What every process of one platform shares. */
export type Surroundings = {
  readonly config: Config
  readonly data: DataDirectory
  readonly endpoints: Endpoints
  /** The supervisor's own environment. */
  readonly env: Environment
}

/** The control plane as a process; the database's address is read at each start. */
export function controlPlaneSpec(around: Surroundings, databaseUrl: () => string): ProcessSpec {
  const { config, data, endpoints } = around
  const slots = endpoints.slots.map(({ name, internalUrl }) => `${name}=${internalUrl}`).join(',')
  return nodeProcess(around, {
    name: 'control-plane',
    args: [entryOf('@mcp-orchestra/control-plane', './main/main.ts')],
    env: () => ({
      ...shared(around),
      ORCHESTRA_PUBLIC_URL: config.publicUrl,
      ORCHESTRA_CONSOLE_DIR: config.consoleDir,
      ORCHESTRA_DATA_DIR: data.root,
      ORCHESTRA_DATABASE_URL: databaseUrl(),
      ORCHESTRA_PORT: String(config.port),
      ORCHESTRA_GATEWAYS: String(config.gateways),
      ORCHESTRA_GATEWAY_SLOTS: slots,
      ORCHESTRA_DEMO: config.demo ? 'on' : 'off',
      ORCHESTRA_INTENT_ABOVE_USD: config.intentAboveUsd,
      ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD: config.payoutApprovalAboveUsd,
      ORCHESTRA_MAX_STALE_MS: config.maxStaleMs?.toString(),
      ORCHESTRA_PRICE_RISE_NOTICE_DAYS: config.riseNoticeDays?.toString(),
    }),
  })
}

/**
 * A gateway's young generation, in MiB a half. V8 would let it grow to four times that and never give it back: with
 * it, an idle stream costs a third less memory, and a call no more CPU (docs/benchmarks/profile.md).
 */
const YOUNG_GENERATION = '--max-semi-space-size=8'

/** One gateway as a process. */
export function gatewaySpec(around: Surroundings, slot: GatewaySlot): ProcessSpec {
  const { config, data, endpoints } = around
  const journalDir = join(data.journal, slot.name)
  mkdirSync(journalDir, { recursive: true, mode: 0o700 })
  return nodeProcess(around, {
    name: slot.name,
    args: [YOUNG_GENERATION, entryOf('@mcp-orchestra/gateway', './main.ts')],
    env: () => ({
      ...shared(around),
      ORCHESTRA_GATEWAY_NAME: slot.name,
      ORCHESTRA_GATEWAY_SECRET_FILE: join(data.secrets, slot.name),
      ORCHESTRA_CONTROL_PLANE_URL: endpoints.controlPlaneUrl,
      ORCHESTRA_JOURNAL_DIR: journalDir,
      ORCHESTRA_SESSIONS_DIR: data.sessions,
      ORCHESTRA_LEGACY_SSE: config.legacySse ? '1' : '0',
      ORCHESTRA_GATEWAY_INTERNAL_PORT: slot.internalPort?.toString(),
    }),
  })
}

/** A Node program of ours or of a package, supervised: no shell, its own log file, bound to our life. */
export function nodeProcess(
  { env, data }: Pick<Surroundings, 'env' | 'data'>,
  program: {
    readonly name: string
    readonly args: readonly string[]
    readonly env: () => Readonly<Record<string, string | undefined>>
  },
): ProcessSpec {
  const log = new LogFile(join(data.logs, `${program.name}.log`))
  const node: Command = { file: process.execPath, args: program.args }
  return {
    name: program.name,
    command: boundToParent(node, env['PATH'] ?? ''),
    cwd: data.root,
    env: () =>
      childEnvironment(env, {
        ORCHESTRA_SUPERVISED: '1',
        NODE_COMPILE_CACHE: data.compileCache,
        ...program.env(),
      }),
    log: (text) => log.write(text),
    closeLog: () => log.close(),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  }
}

function shared({ config, endpoints }: Surroundings): Record<string, string | undefined> {
  // The console's pages may call the gateway, under whichever name a person has opened them.
  const origins = [...originSpellings(endpoints.controlPlaneUrl), config.allowedOrigins]
  return {
    ORCHESTRA_HOST: config.host,
    ORCHESTRA_GATEWAY_PORT: String(config.gatewayPort),
    ORCHESTRA_LOG_LEVEL: config.logLevel,
    ORCHESTRA_ALLOWED_ORIGINS: origins.filter((origin) => origin !== undefined).join(','),
  }
}

/** The path of a file beside a package's door. */
function entryOf(packageName: string, file: string): string {
  return fileURLToPath(new URL(file, import.meta.resolve(packageName)))
}
