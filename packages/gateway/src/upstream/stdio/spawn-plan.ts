import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'

/** What of the gateway's own environment a child gets: where programs are, where home is, which language. */
export type BaseEnvironment = Readonly<Partial<Record<'PATH' | 'HOME' | 'LANG', string>>>

/** A command that is started without a shell. */
export type SpawnPlan = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
  /** What must not be quoted from its output: the values of the configured environment. */
  readonly secrets: readonly string[]
}

/**
 * How a server's process is started: its own words, a minimal environment, and through `setpriv` where
 * that exists, so that it dies with the gateway (`kill -9` included) and can gain no privilege.
 */
export function planSpawn(
  server: ServerEntity,
  base: BaseEnvironment,
  setpriv: string | undefined,
): SpawnPlan {
  const { transport } = server
  if (transport.kind !== 'stdio') throw new Error('the server is not a child process')
  const env = { ...base, ...transport.env }
  const plan = { env, cwd: transport.cwd, secrets: Object.values(transport.env) }
  return setpriv === undefined
    ? { ...plan, command: transport.command, args: transport.args }
    : {
        ...plan,
        command: setpriv,
        args: ['--pdeathsig', 'KILL', '--no-new-privs', '--', transport.command, ...transport.args],
      }
}

/** Where a program is on a PATH; undefined when it is not there. */
export function findOnPath(program: string, path: string | undefined): string | undefined {
  return (path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        // Not here: the next folder may have it.
        return false
      }
    })
}
