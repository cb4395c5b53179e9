import { startGateway, type RunningGateway } from './compose.ts'
import { readConfig, readSecrets } from './config.ts'
import { createLog, describeFailure, sentenceOf } from './log.ts'

/** A stop that takes longer than this is cut: the journal makes that safe. */
const HARD_EXIT_MS = 15_000
/** The platform is gone: nobody waits for an orderly stop. */
const ORPHAN_EXIT_MS = 5_000

async function main(): Promise<void> {
  const config = readConfig()
  const secrets = await readSecrets(config)
  let gateway: RunningGateway | undefined
  let isStopping = false
  const stop = async (exitAfterMs: number, exitCode: number): Promise<void> => {
    setTimeout(() => process.exit(1), exitAfterMs).unref()
    if (isStopping) return
    isStopping = true
    // While it still starts (it may wait for a control plane) there is no call to end and no lease to close.
    await gateway?.close()
    process.exit(exitCode)
  }
  process.on('SIGTERM', () => void stop(HARD_EXIT_MS, 0))
  process.on('SIGINT', () => void stop(HARD_EXIT_MS, 0))
  if (config.supervised) {
    process.stdin.on('end', () => void stop(ORPHAN_EXIT_MS, 0))
    process.stdin.resume()
  }

  gateway = await startGateway(config, secrets)
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: gateway.url, incarnationId: gateway.incarnationId })}\n`,
  )
  // The supervisor starts a fresh incarnation, which replays this one's journal.
  await gateway.fenced
  await stop(HARD_EXIT_MS, 1)
}

function fail(failure: unknown): void {
  createLog('fatal', {}).fatal(describeFailure(failure), sentenceOf(failure))
  process.exit(1)
}

main().catch(fail)
