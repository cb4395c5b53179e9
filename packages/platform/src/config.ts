import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { refuse } from './problems.ts'

/** Every variable that a person may set, and what it means; the docs' table is made from this. */
export const VARIABLES = {
  ORCHESTRA_DATA_DIR: 'Where all state lives (default ./.orchestra).',
  ORCHESTRA_HOST: 'Address that both ports listen on (default 127.0.0.1).',
  ORCHESTRA_PORT: 'Port of the control plane (default 7300).',
  ORCHESTRA_GATEWAY_PORT: 'Port of the gateway (default 7301).',
  ORCHESTRA_GATEWAYS: 'Number of gateway processes (default: one per spare core, at least one).',
  ORCHESTRA_DATABASE_URL:
    'A PostgreSQL >= 15 to use instead of the embedded one; DATABASE_URL works too.',
  ORCHESTRA_LOG_LEVEL:
    'trace, debug, info, warn or error (default info); logs go to the data directory.',
  ORCHESTRA_DEMO: 'on or off (default on): servers, prices and money to try the platform with.',
  ORCHESTRA_ALLOWED_ORIGINS:
    'Further browser origins whose pages may sign in and call the gateway, separated by commas.',
  ORCHESTRA_PUBLIC_URL:
    'The https address under which people and authorization servers reach the control plane (default: its own).',
  ORCHESTRA_LEGACY_SSE:
    '1 serves clients that speak HTTP+SSE (2024-11-05) only, at /sse and /s/<alias>/sse (default 0).',
  ORCHESTRA_CONSOLE_DIR: 'Folder of the built console (default: the one that npm run build makes).',
  ORCHESTRA_INTENT_ABOVE_USD: 'Calls that reserve more than this write a durable intent first.',
  ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD:
    'Payouts of more need the approval of a second person (default 1000).',
  ORCHESTRA_MAX_STALE_MS: 'How long a gateway serves paid calls without hearing the control plane.',
  ORCHESTRA_PRICE_RISE_NOTICE_DAYS:
    'How long before it starts a rise of a price in force is announced, at servers that everyone may use (default 14).',
} as const

/** Variables of the command line and of child processes: known here, so that they do not fail a start. */
const FOREIGN_VARIABLES = new Set([
  'ORCHESTRA_URL',
  'ORCHESTRA_API_KEY',
  'ORCHESTRA_GATEWAY_URL',
  'ORCHESTRA_CONTROL_PLANE_URL',
  'ORCHESTRA_GATEWAY_NAME',
  'ORCHESTRA_GATEWAY_SECRET_FILE',
  'ORCHESTRA_JOURNAL_DIR',
  'ORCHESTRA_SESSIONS_DIR',
])

/** The most gateway processes of one machine: more share no further core on any machine we know of. */
const GATEWAYS_MAX = 64

const Port = z.coerce.number().int().min(1).max(65_535)
/** Twelve digits before the point, as the control plane takes them. */
const Usd = z.string().regex(/^\d{1,12}(\.\d{1,18})?$/, 'a decimal number of US dollars')

const Schema = z.object({
  dataDir: z.string().min(1).default('.orchestra'),
  host: z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]).default('127.0.0.1'),
  port: Port.default(7300),
  gatewayPort: Port.default(7301),
  gateways: z.coerce.number().int().min(1).max(GATEWAYS_MAX).optional(),
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  demo: z.enum(['on', 'off']).default('on'),
  allowedOrigins: z.string().optional(),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  legacySse: z.enum(['0', '1']).default('0'),
  consoleDir: z.string().min(1).optional(),
  intentAboveUsd: Usd.optional(),
  payoutApprovalAboveUsd: Usd.optional(),
  maxStaleMs: z.coerce.number().int().min(250).max(600_000).optional(),
  riseNoticeDays: z.coerce.number().int().min(0).max(365).optional(),
})

/** What one platform runs with; nothing of it is a secret except a password inside `databaseUrl`. */
export type Config = {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly gatewayPort: number
  readonly gateways: number
  readonly databaseUrl: string | undefined
  readonly logLevel: string
  readonly demo: boolean
  readonly allowedOrigins: string | undefined
  readonly publicUrl: string | undefined
  readonly legacySse: boolean
  readonly consoleDir: string | undefined
  readonly intentAboveUsd: string | undefined
  readonly payoutApprovalAboveUsd: string | undefined
  readonly maxStaleMs: number | undefined
  readonly riseNoticeDays: number | undefined
}

/** The environment that the platform reads: its own variables, and no other. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment; the only place of this package that looks at it. */
export function readEnv(): Environment {
  return process.env
}

/** Checks an environment; an unknown `ORCHESTRA_*` or an unusable value is one sentence. */
export function parseConfig(env: Environment): Config {
  refuseUnknown(env)
  const parsed = Schema.safeParse({
    dataDir: given(env['ORCHESTRA_DATA_DIR']),
    host: given(env['ORCHESTRA_HOST']),
    port: given(env['ORCHESTRA_PORT']),
    gatewayPort: given(env['ORCHESTRA_GATEWAY_PORT']),
    gateways: given(env['ORCHESTRA_GATEWAYS']),
    databaseUrl: given(env['ORCHESTRA_DATABASE_URL']) ?? given(env['DATABASE_URL']),
    logLevel: given(env['ORCHESTRA_LOG_LEVEL']),
    demo: given(env['ORCHESTRA_DEMO']),
    allowedOrigins: given(env['ORCHESTRA_ALLOWED_ORIGINS']),
    publicUrl: given(env['ORCHESTRA_PUBLIC_URL']),
    legacySse: given(env['ORCHESTRA_LEGACY_SSE']),
    consoleDir: given(env['ORCHESTRA_CONSOLE_DIR']),
    intentAboveUsd: given(env['ORCHESTRA_INTENT_ABOVE_USD']),
    payoutApprovalAboveUsd: given(env['ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD']),
    maxStaleMs: given(env['ORCHESTRA_MAX_STALE_MS']),
    riseNoticeDays: given(env['ORCHESTRA_PRICE_RISE_NOTICE_DAYS']),
  })
  if (!parsed.success) throw invalid(parsed.error, env)
  const { data } = parsed
  if (data.port === data.gatewayPort) {
    throw refuse('platform.invalid_variable', {
      detail: `ORCHESTRA_PORT and ORCHESTRA_GATEWAY_PORT are both ${data.port}; they must differ.`,
    })
  }
  return Object.freeze({
    ...data,
    dataDir: resolve(data.dataDir),
    gateways: data.gateways ?? Math.max(1, availableParallelism() - 1),
    databaseUrl: data.databaseUrl,
    demo: data.demo === 'on',
    allowedOrigins: data.allowedOrigins,
    publicUrl: data.publicUrl,
    legacySse: data.legacySse === '1',
    consoleDir: data.consoleDir === undefined ? undefined : resolve(data.consoleDir),
    intentAboveUsd: data.intentAboveUsd,
    payoutApprovalAboveUsd: data.payoutApprovalAboveUsd,
    maxStaleMs: data.maxStaleMs,
    riseNoticeDays: data.riseNoticeDays,
  })
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function refuseUnknown(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('ORCHESTRA_') || name in VARIABLES || FOREIGN_VARIABLES.has(name)) continue
    const near = nearest(name, Object.keys(VARIABLES))
    throw refuse('platform.unknown_variable', {
      detail: `${name} is not a variable of the platform${near === undefined ? '' : `; did you mean ${near}?`} Unset it, or see docs/guides/running.md.`,
    })
  }
}

const VARIABLE_OF: Readonly<Record<string, keyof typeof VARIABLES>> = {
  dataDir: 'ORCHESTRA_DATA_DIR',
  host: 'ORCHESTRA_HOST',
  port: 'ORCHESTRA_PORT',
  gatewayPort: 'ORCHESTRA_GATEWAY_PORT',
  gateways: 'ORCHESTRA_GATEWAYS',
  databaseUrl: 'ORCHESTRA_DATABASE_URL',
  logLevel: 'ORCHESTRA_LOG_LEVEL',
  demo: 'ORCHESTRA_DEMO',
  allowedOrigins: 'ORCHESTRA_ALLOWED_ORIGINS',
  publicUrl: 'ORCHESTRA_PUBLIC_URL',
  legacySse: 'ORCHESTRA_LEGACY_SSE',
  consoleDir: 'ORCHESTRA_CONSOLE_DIR',
  intentAboveUsd: 'ORCHESTRA_INTENT_ABOVE_USD',
  payoutApprovalAboveUsd: 'ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD',
  maxStaleMs: 'ORCHESTRA_MAX_STALE_MS',
  riseNoticeDays: 'ORCHESTRA_PRICE_RISE_NOTICE_DAYS',
}

function invalid(error: z.ZodError, env: Environment): Error {
  const issue = error.issues[0]
  const name = VARIABLE_OF[String(issue?.path[0])] ?? 'ORCHESTRA_DATA_DIR'
  const shown = name === 'ORCHESTRA_DATABASE_URL' ? '(not shown)' : JSON.stringify(env[name])
  return refuse('platform.invalid_variable', {
    detail: `${name} is ${shown}: ${issue?.message ?? 'not usable'}. ${VARIABLES[name]}`,
  })
}

/** How many letters two names may differ in to count as a slip of the finger. */
const SLIP_MAX = 3

function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((other) => ({ other, distance: distance(name, other) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= SLIP_MAX ? best.other : undefined
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
