import { systemClock } from '@mcp-orchestra/kernel'
import { readEnv } from './config.ts'
import { checkNodeVersion } from './node-version.ts'
import { sentenceOf } from './sentence.ts'
import { openTerminal } from './terminal/terminal.ts'

/** Each command, and whether it takes arguments. */
const COMMANDS = { start: false, demo: false, 'restore-ledger': true } as const

const terminal = openTerminal(process.stdout, process.stderr)
try {
  checkNodeVersion(process.version)
  const [command = 'start', ...rest] = process.argv.slice(2)
  const known = Object.entries(COMMANDS).find(([name]) => name === command)
  if (known === undefined || (rest.length > 0 && !known[1])) {
    throw new Error(
      `Unknown command "${[command, ...rest].join(' ')}". There are: ${Object.keys(COMMANDS).join(', ')}.`,
    )
  }
  // Loaded only now: an older Node could not even read these files, and would not say why.
  const program =
    command === 'start'
      ? await import('./start-command.ts')
      : command === 'demo'
        ? await import('./demo-command.ts')
        : await import('./restore-ledger-command.ts')
  process.exitCode = await program.run({
    terminal,
    env: readEnv(),
    args: rest,
    clock: systemClock,
    // What the person waited for began when the process did.
    sinceMs: 0,
  })
} catch (error) {
  terminal.complain(sentenceOf(error))
  process.exitCode = 1
}
