import { systemClock } from '@mcp-orchestra/kernel'
import { readEnv } from './config.ts'
import { checkNodeVersion } from './node-version.ts'
import { sentenceOf } from './sentence.ts'
import { openTerminal } from './terminal/terminal.ts'

const COMMANDS = ['start', 'demo'] as const

const terminal = openTerminal(process.stdout, process.stderr)
try {
  checkNodeVersion(process.version)
  const [command = 'start', ...rest] = process.argv.slice(2)
  if (!COMMANDS.includes(command as (typeof COMMANDS)[number]) || rest.length > 0) {
    throw new Error(
      `Unknown command "${[command, ...rest].join(' ')}". There are: ${COMMANDS.join(', ')}.`,
    )
  }
  // Loaded only now: an older Node could not even read these files, and would not say why.
  const program =
    command === 'start' ? await import('./start-command.ts') : await import('./demo-command.ts')
  process.exitCode = await program.run({
    terminal,
    env: readEnv(),
    clock: systemClock,
    // What the person waited for began when the process did.
    sinceMs: 0,
  })
} catch (error) {
  terminal.complain(sentenceOf(error))
  process.exitCode = 1
}
