import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { refuse } from './problems.ts'

/** Everything that is set about a gateway process; frozen. */
export type GatewayConfig = {
  /** The name of the slot, which outlives the process. */
  readonly name: string
  readonly controlPlaneUrl: string
  /** Where journals and the copy of the snapshot lie; mode 0700. */
  readonly journalDir: string
  /** Where notes of legacy sessions lie; gateways that share it take up each other's. */
  readonly sessionsDir: string
  readonly host: string
  /** The port clients use; 0 picks a free one. */
  readonly port: number
  /** A port of this process alone, where several processes share the public one; undefined with one gateway. */
  readonly internalPort: number | undefined
  readonly logLevel: LogLevel
  /** Web origins that may call, besides loopback. */
  readonly allowedOrigins: readonly string[]
  /** Whether clients that speak HTTP+SSE only (MCP 2024-11-05) are served, at `/sse` and `/s/<alias>/sse`. */
  readonly legacySse: boolean
  /** Started by the platform: the end of stdin means that it is gone. */
  readonly supervised: boolean
  readonly secretFile: string
  /** All that a child process inherits of this one's environment. */
  readonly baseEnvironment: { readonly PATH: string; readonly HOME: string; readonly LANG: string }
}

/** What must never be printed; kept apart from the configuration. */
export type GatewaySecrets = {
  /** Bearer secret of the slot, and the key of what this gateway writes to its own disk. */
  readonly gatewaySecret: string
}

const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
type LogLevel = z.infer<typeof LogLevel>

const Port = z.coerce.number().int().min(0).max(65_535)

const Settings = z.object({
  ORCHESTRA_GATEWAY_NAME: z.string().min(1).max(63).default('gateway-1'),
  ORCHESTRA_GATEWAY_SECRET_FILE: z.string().min(1),
  ORCHESTRA_CONTROL_PLANE_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7300'),
  ORCHESTRA_JOURNAL_DIR: z.string().min(1),
  ORCHESTRA_SESSIONS_DIR: z.string().min(1).optional(),
  ORCHESTRA_HOST: z.string().min(1).default('127.0.0.1'),
  ORCHESTRA_GATEWAY_PORT: Port.default(7301),
  ORCHESTRA_GATEWAY_INTERNAL_PORT: Port.optional(),
  ORCHESTRA_LOG_LEVEL: LogLevel.default('info'),
  ORCHESTRA_ALLOWED_ORIGINS: z.string().default(''),
  ORCHESTRA_LEGACY_SSE: z.enum(['0', '1']).default('0'),
  ORCHESTRA_SUPERVISED: z.enum(['0', '1']).default('0'),
})

/** Variables of the control plane and the platform, which a shared environment may hold. */
const OTHERS = new Set([
  'ORCHESTRA_CONSOLE_DIR',
  'ORCHESTRA_DATA_DIR',
  'ORCHESTRA_PORT',
  'ORCHESTRA_GATEWAYS',
  'ORCHESTRA_GATEWAY_SLOTS',
  'ORCHESTRA_DATABASE_URL',
  'ORCHESTRA_DEMO',
  'ORCHESTRA_INTENT_ABOVE_USD',
  'ORCHESTRA_MAX_STALE_MS',
])

/** Reads the configuration of an environment; throws `gateway.config_invalid` with what to mend. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('ORCHESTRA_') && !(name in Settings.shape) && !OTHERS.has(name),
  )
  if (unknown.length > 0) {
    throw refuse('gateway.config_invalid', { detail: `Unknown setting ${unknown.join(', ')}.` })
  }
  const parsed = Settings.safeParse(env)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw refuse('gateway.config_invalid', {
      detail: `${issue?.path.join('.') ?? 'A setting'}: ${issue?.message ?? 'not usable'}.`,
    })
  }
  const settings = parsed.data
  return Object.freeze({
    name: settings.ORCHESTRA_GATEWAY_NAME,
    controlPlaneUrl: settings.ORCHESTRA_CONTROL_PLANE_URL,
    journalDir: settings.ORCHESTRA_JOURNAL_DIR,
    sessionsDir:
      settings.ORCHESTRA_SESSIONS_DIR ?? path.join(settings.ORCHESTRA_JOURNAL_DIR, 'sessions'),
    host: settings.ORCHESTRA_HOST,
    port: settings.ORCHESTRA_GATEWAY_PORT,
    internalPort: settings.ORCHESTRA_GATEWAY_INTERNAL_PORT,
    logLevel: settings.ORCHESTRA_LOG_LEVEL,
    allowedOrigins: Object.freeze(
      settings.ORCHESTRA_ALLOWED_ORIGINS.split(',').flatMap((origin) => origin.trim() || []),
    ),
    legacySse: settings.ORCHESTRA_LEGACY_SSE === '1',
    supervised: settings.ORCHESTRA_SUPERVISED === '1',
    secretFile: settings.ORCHESTRA_GATEWAY_SECRET_FILE,
    baseEnvironment: Object.freeze({
      PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: env['HOME'] ?? '/',
      LANG: env['LANG'] ?? 'C.UTF-8',
    }),
  })
}

/** The configuration of this process: the one place of the gateway that reads the environment. */
export function readConfig(): GatewayConfig {
  return parseConfig(process.env)
}

/** Reads the slot's secret; throws `gateway.secret_unreadable` when there is none. */
export async function readSecrets(config: GatewayConfig): Promise<GatewaySecrets> {
  try {
    const gatewaySecret = (await readFile(config.secretFile, 'utf8')).trim()
    if (gatewaySecret.length >= SECRET_CHARS_MIN) return { gatewaySecret }
  } catch (cause) {
    throw refuse('gateway.secret_unreadable', {
      detail: `Not readable: ${config.secretFile}.`,
      cause,
    })
  }
  throw refuse('gateway.secret_unreadable', {
    detail: `${config.secretFile} holds fewer than ${SECRET_CHARS_MIN} characters.`,
  })
}

/** 32 characters of hex are 128 random bits: the least that a bearer secret may have. */
const SECRET_CHARS_MIN = 32
