import { ConfigError, VARIABLES, type Env } from './config.ts'

const OURS = 'ORCHESTRA_'

/** Reads every variable once; an unknown `ORCHESTRA_*` one is refused, because a typing error must not be a default. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const known: ReadonlySet<string> = new Set(VARIABLES)
  const unknown = Object.keys(source).find((name) => name.startsWith(OURS) && !known.has(name))
  if (unknown !== undefined)
    throw new ConfigError(`${unknown} is no variable of the control plane.`)
  const read = [...VARIABLES, 'DATABASE_URL' as const].map((name) => [name, source[name]] as const)
  return Object.fromEntries(read)
}
