import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from './exit-code.ts'

/** The environment variables that the command line reads. */
export type CliEnvironment = {
  readonly url: string | undefined
  readonly gatewayUrl: string | undefined
  readonly apiKey: string | undefined
  readonly dataDir: string | undefined
}

/** Reads the environment; the only place of this package that does. */
export function readEnv(env: NodeJS.ProcessEnv = process.env): CliEnvironment {
  return {
    url: given(env['ORCHESTRA_URL']),
    gatewayUrl: given(env['ORCHESTRA_GATEWAY_URL']),
    apiKey: given(env['ORCHESTRA_API_KEY']),
    dataDir: given(env['ORCHESTRA_DATA_DIR']),
  }
}

/** Flags that every command takes. */
export type ConnectionFlags = {
  readonly url?: string
  readonly gatewayUrl?: string
  readonly apiKey?: string
  readonly dataDir?: string
}

/** Where the platform is, and as whom to speak to it. */
export type Connection = {
  readonly baseUrl: string
  readonly gatewayUrl?: string
  readonly apiKey: string
}

/** Whose key to take from a data directory: the operator manages, the demo's payer calls and pays. */
export type Role = 'operator' | 'caller'

const DEFAULT_URL = 'http://127.0.0.1:7300'
const DEFAULT_DATA_DIR = '.orchestra'

/** Flags before environment before data directory; without any key, a sentence on how to give one. */
export function findConnection(
  flags: ConnectionFlags,
  env: CliEnvironment,
  role: Role,
): Connection {
  const dataDir = resolve(flags.dataDir ?? env.dataDir ?? DEFAULT_DATA_DIR)
  const run = readRunFile(dataDir)
  const givenUrl = flags.url ?? env.url
  const gatewayUrl =
    flags.gatewayUrl ?? env.gatewayUrl ?? (givenUrl === undefined ? run.gatewayUrl : undefined)
  const apiKey = flags.apiKey ?? env.apiKey ?? keyFromDirectory(dataDir, role)
  if (apiKey === undefined) {
    throw new UsageError(
      `No API key. Give one by --api-key or ORCHESTRA_API_KEY, or run this where the platform's data directory is (${dataDir} holds none).`,
    )
  }
  return {
    baseUrl: givenUrl ?? run.controlPlaneUrl ?? DEFAULT_URL,
    apiKey,
    ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
  }
}

function keyFromDirectory(dataDir: string, role: Role): string | undefined {
  const files = role === 'caller' ? ['demo-payer-key', 'operator-key'] : ['operator-key']
  const path = files.map((file) => join(dataDir, 'secrets', file)).find((file) => existsSync(file))
  return path === undefined ? undefined : readFileSync(path, 'utf8').trim()
}

function readRunFile(dataDir: string): { controlPlaneUrl?: string; gatewayUrl?: string } {
  const path = join(dataDir, 'platform.json')
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { controlPlaneUrl?: string }
  } catch {
    return {} // half-written by a platform that is just starting: the defaults will do
  }
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
