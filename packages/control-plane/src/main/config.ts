import { parseUnits, USD } from '@mcp-orchestra/kernel'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { LOG_LEVELS } from '../infra/telemetry/log.ts'

/** Variables of the control plane; `read-env.ts` is the only place that reads them. */
export const VARIABLES = [
  'ORCHESTRA_DATA_DIR',
  'ORCHESTRA_DATABASE_URL',
  'ORCHESTRA_HOST',
  'ORCHESTRA_PORT',
  'ORCHESTRA_GATEWAYS',
  'ORCHESTRA_GATEWAY_PORT',
  'ORCHESTRA_GATEWAY_SLOTS',
  'ORCHESTRA_LOG_LEVEL',
  'ORCHESTRA_DEMO',
  'ORCHESTRA_ALLOWED_ORIGINS',
  'ORCHESTRA_PUBLIC_URL',
  'ORCHESTRA_INTENT_ABOVE_USD',
  'ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD',
  'ORCHESTRA_MAX_STALE_MS',
  'ORCHESTRA_PRICE_RISE_NOTICE_DAYS',
  'ORCHESTRA_CONSOLE_DIR',
  'ORCHESTRA_SUPERVISED',
] as const

/** Texts of the environment, by name; absent ones are undefined. */
export type Env = {
  readonly [K in (typeof VARIABLES)[number] | 'DATABASE_URL']?: string | undefined
}

/** A configuration that cannot be used; the message is one sentence for the operator. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** A gateway slot: its name, and where other gateways reach it. */
export type GatewaySlot = { readonly name: string; readonly internalUrl: string }

/** What the control plane is told; frozen. */
export type Config = {
  /** Where secrets are kept. */
  readonly dataDir: string
  readonly databaseUrl: string
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Where MCP clients connect. */
  readonly gatewayUrl: string
  readonly slots: readonly GatewaySlot[]
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly demo: boolean
  readonly allowedOrigins: readonly string[]
  /** Where people and authorization servers reach the control plane; by its own address when undefined. */
  readonly publicUrl: string | undefined
  /** Folder of the built console; one that is not there shows a page that says how to build it. */
  readonly consoleDir: string
  /** Reservations above this write a durable intent first, in atto-USD (spending §3.12). */
  readonly intentAbove: bigint
  /** A payout of more needs a second person, in atto-USD. */
  readonly payoutApprovalAbove: bigint
  /** A gateway that lost the control plane serves paid calls this long, in ms (spending §7.20). */
  readonly maxStaleMs: number
  /** How long before its start a rise of a price in force is announced, at servers that everyone may use, in ms. */
  readonly riseNoticeMs: number
  /** Stop when stdin ends: the supervisor holds it open. */
  readonly supervised: boolean
  /** E-mail address of the first owner; only the first start uses it. */
  readonly ownerEmail: string
}

/** Where `npm run build` puts the console of this checkout; the console itself is never imported. */
const BUILT_CONSOLE = fileURLToPath(new URL('../../../console/dist', import.meta.url))

const DAY_MS = 86_400_000

/** US dollars as a person writes them. */
const Usd = z.string().regex(/^\d{1,12}(\.\d{1,18})?$/)
const Port = z.coerce.number().int().min(0).max(65_535)
const Slots = z
  .string()
  .regex(/^[a-z0-9-]{1,63}=https?:\/\/[^,=\s]+(,[a-z0-9-]{1,63}=https?:\/\/[^,=\s]+)*$/)
  .transform((text) =>
    text.split(',').map((part): GatewaySlot => {
      const at = part.indexOf('=')
      return { name: part.slice(0, at), internalUrl: part.slice(at + 1) }
    }),
  )

const Schema = z.object({
  ORCHESTRA_DATA_DIR: z.string().min(1).default('.orchestra'),
  ORCHESTRA_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  ORCHESTRA_HOST: z.string().min(1).max(253).default('127.0.0.1'),
  ORCHESTRA_PORT: Port.default(7300),
  ORCHESTRA_GATEWAYS: z.coerce.number().int().min(1).max(64).default(1),
  ORCHESTRA_GATEWAY_PORT: Port.default(7301),
  ORCHESTRA_GATEWAY_SLOTS: Slots.optional(),
  ORCHESTRA_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  ORCHESTRA_DEMO: z.enum(['on', 'off']).default('off'),
  ORCHESTRA_ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/ }))),
  ORCHESTRA_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ORCHESTRA_CONSOLE_DIR: z.string().min(1).default(BUILT_CONSOLE),
  ORCHESTRA_INTENT_ABOVE_USD: Usd.default('1'),
  ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD: Usd.default('1000'),
  ORCHESTRA_MAX_STALE_MS: z.coerce.number().int().min(250).max(86_400_000).default(60_000),
  ORCHESTRA_PRICE_RISE_NOTICE_DAYS: z.coerce.number().int().min(0).max(365).default(14),
  ORCHESTRA_SUPERVISED: z.enum(['0', '1']).default('0'),
})

/** Checks the texts of the environment; throws {@link ConfigError} naming the first that is wrong. */
export function parseConfig(env: Env): Config {
  const parsed = Schema.safeParse(env)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`${String(issue?.path[0])} cannot be used: ${issue?.message}.`)
  }
  const values = parsed.data
  const databaseUrl = values.ORCHESTRA_DATABASE_URL ?? values.DATABASE_URL
  if (databaseUrl === undefined) {
    throw new ConfigError('ORCHESTRA_DATABASE_URL is missing: a postgresql:// address.')
  }
  const host = values.ORCHESTRA_HOST
  const gatewayHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  const urlOf = (port: number) =>
    `http://${gatewayHost.includes(':') ? `[${gatewayHost}]` : gatewayHost}:${port}`
  const slots =
    values.ORCHESTRA_GATEWAY_SLOTS ??
    Array.from({ length: values.ORCHESTRA_GATEWAYS }, (_, index) => ({
      name: `gateway-${index + 1}`,
      internalUrl: urlOf(values.ORCHESTRA_GATEWAY_PORT + index),
    }))
  return Object.freeze({
    dataDir: values.ORCHESTRA_DATA_DIR,
    databaseUrl,
    host,
    port: values.ORCHESTRA_PORT,
    gatewayUrl: urlOf(values.ORCHESTRA_GATEWAY_PORT),
    slots,
    logLevel: values.ORCHESTRA_LOG_LEVEL,
    demo: values.ORCHESTRA_DEMO === 'on',
    allowedOrigins: values.ORCHESTRA_ALLOWED_ORIGINS,
    publicUrl: values.ORCHESTRA_PUBLIC_URL,
    consoleDir: values.ORCHESTRA_CONSOLE_DIR,
    intentAbove: parseUnits(values.ORCHESTRA_INTENT_ABOVE_USD, USD).amount,
    payoutApprovalAbove: parseUnits(values.ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD, USD).amount,
    maxStaleMs: values.ORCHESTRA_MAX_STALE_MS,
    riseNoticeMs: values.ORCHESTRA_PRICE_RISE_NOTICE_DAYS * DAY_MS,
    supervised: values.ORCHESTRA_SUPERVISED === '1',
    ownerEmail: 'owner@orchestra.local',
  })
}
