import { Problem } from '@mcp-orchestra/kernel'
import { MigrationError } from '../infra/postgres/index.ts'
import { createLog } from '../infra/telemetry/log.ts'
import { startControlPlane } from './api.ts'
import { ConfigError, parseConfig } from './config.ts'
import { readEnv } from './read-env.ts'

/** An orderly stop may take this long, in ms; then the process ends as it is (nothing is lost by that). */
const STOP_TIMEOUT_MS = 5_000

try {
  const config = parseConfig(readEnv())
  const running = await startControlPlane(config)
  const stop = once(async () => {
    setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref()
    await running.close()
    process.exit(0)
  })
  process.on('SIGTERM', stop).on('SIGINT', stop)
  if (config.supervised) process.stdin.on('end', stop).resume()
  process.stdout.write(`${JSON.stringify({ ready: true, url: running.url })}\n`)
} catch (error) {
  createLog('info').fatal(
    expected(error) ? { event: 'start.refused' } : { event: 'start.failed', err: error },
    sentenceOf(error),
  )
  process.exit(1)
}

function expected(error: unknown): boolean {
  return (
    error instanceof ConfigError ||
    error instanceof MigrationError ||
    error instanceof Problem ||
    (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
  )
}

function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.kind.title
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'The port of the control plane is in use by another process; set ORCHESTRA_PORT.'
  }
  return error.message
}

function once(work: () => Promise<void>): () => void {
  let started = false
  return () => {
    if (started) return
    started = true
    void work()
  }
}
