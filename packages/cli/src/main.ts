import { CommanderError } from 'commander'
import { readEnv } from './config.ts'
import { EXIT_CODES } from './exit-code.ts'
import { createProgram } from './program.ts'

const program = createProgram({
  env: readEnv(),
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  setExitCode: (code) => {
    process.exitCode = code
  },
  onInterrupt: (listener) => void process.once('SIGINT', listener),
})
// `orchestra … | head` is no fault
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // commander has already said what was wrong; help and version end with 0
  process.exitCode = error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage
}
