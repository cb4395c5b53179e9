import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import type { Command } from 'commander'
import { findConnection, type CliEnvironment, type ConnectionFlags, type Role } from './config.ts'
import type { Output } from './output.ts'

/** What a command works with. */
export type Session = {
  readonly orchestra: Orchestra
  readonly output: Output
  /** The same platform, asked with another key. */
  as(apiKey: string): Orchestra
  /** Aborted by Ctrl-C, which from now on ends the work and not the program. */
  untilInterrupted(): AbortSignal
}

/** Runs the work of one command: opens a session as `role`, and sets the process's exit code. */
export type Run = (
  command: Command,
  role: Role,
  work: (session: Session) => Promise<number | void>,
) => Promise<void>

/** Runs the work of a command that asks nobody: it needs no platform and no key. */
export type RunOffline = (
  command: Command,
  work: (output: Output) => Promise<number>,
) => Promise<void>

/** A session from flags, environment and data directory; `close` ends what it opened. */
export function openSession(
  role: Role,
  deps: {
    flags: ConnectionFlags
    env: CliEnvironment
    output: Output
    onInterrupt: (listener: () => void) => void
  },
): Session & { close(): Promise<void> } {
  const connection = findConnection(deps.flags, deps.env, role)
  const opened: Orchestra[] = []
  const open = (apiKey: string): Orchestra => {
    const orchestra = createOrchestra({ ...connection, apiKey })
    opened.push(orchestra)
    return orchestra
  }
  return {
    orchestra: open(connection.apiKey),
    output: deps.output,
    as: open,
    untilInterrupted() {
      const controller = new AbortController()
      deps.onInterrupt(() => controller.abort())
      return controller.signal
    },
    async close() {
      await Promise.all(opened.map((orchestra) => orchestra.close()))
    },
  }
}
