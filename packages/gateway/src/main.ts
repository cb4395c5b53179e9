import { startGateway } from './compose.ts'
import { readConfig, readSecrets } from './config.ts'
import { createLog, describeFailure, sentenceOf } from './log.ts'

/** A stop that takes longer than this is cut: the journal makes that safe. */
const HARD_EXIT_MS = 15_000
/** The platform is gone: nobody waits for an orderly stop. */
const ORPHAN_EXIT_MS = 5_000

async function main(): Promise<void> {
  const config = readConfig()
  const gateway = await startGateway(config, await readSecrets(config))
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: gateway.url, incarnationId: gateway.incarnationId })}\n`,
  )

  let isStopping = false
  const stop = (exitAfterMs: number): void => {
    setTimeout(() => process.exit(1), exitAfterMs).unref()
    if (isStopping) return
    isStopping = true
    gateway.close().then(
      () => process.exit(0),
      (failure: unknown) => fail(failure),
    )
  }
  process.on('SIGTERM', () => stop(HARD_EXIT_MS))
  process.on('SIGINT', () => stop(HARD_EXIT_MS))
  if (config.supervised) {
    process.stdin.on('end', () => stop(ORPHAN_EXIT_MS))
    process.stdin.resume()
  }
}

function fail(failure: unknown): void {
  createLog('fatal', {}).fatal(describeFailure(failure), sentenceOf(failure))
  process.exit(1)
}

main().catch(fail)
