/** `npm run bench`: what a call costs, beside nginx and other gateways; see bench/README.md. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { inspect } from 'node:util'
import { LoadFailed } from './load/wrk-output.ts'
import { describeCommit } from './machine/commit.ts'
import { describeMachine, readBusiness, readSteal } from './machine/machine.ts'
import { setOurPriority } from './machine/priority.ts'
import { runLedger } from './ledger/run-ledger.ts'
import { runLarge } from './large/run-large.ts'
import { runMoney } from './money/run-money.ts'
import { BadOptions, parseOptions, type Options, type Part } from './options.ts'
import { runPath } from './path/run-path.ts'
import { gatewayDocument, ledgerDocument, moneyDocument, plainDocument } from './report/document.ts'
import { faultsOf, type Report } from './report/report.ts'
import { jsonOf, writeDocs } from './report/write-docs.ts'
import { runStart } from './start/run-start.ts'
import { runStreams } from './streams/run-streams.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function measure(options: Options): Promise<Report> {
  const runId = randomUUID()
  const startedAt = new Date().toISOString()
  const commit = describeCommit()
  const steal = readSteal()
  const [loadBefore = 0] = loadavg()
  const failures: string[] = []
  /** A part that fails is told at the end: what the others measured stands. */
  const part = async <T>(name: Part, run: () => Promise<T>): Promise<T | undefined> => {
    if (!options.parts.includes(name)) return undefined
    say(`\n${name}`)
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof LoadFailed)) process.stderr.write(`${inspect(error)}\n`)
      failures.push(`${name} failed: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const path = await part('path', () => runPath(runId, options, say))
  const streams = await part('streams', () => runStreams(say))
  const large = await part('large', () => runLarge(say))
  const start = await part('start', () => runStart(runId, say))
  const money = await part('money', () => runMoney(runId, options.moneyRounds, say))
  const ledger = await part('ledger', () => runLedger(say))
  const about = { machine: describeMachine(), business: readBusiness(steal, loadBefore) }
  return {
    runId,
    startedAt,
    commit,
    ...about,
    failures,
    path,
    streams,
    large,
    start,
    money,
    ledger,
  }
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (options.nice !== 0) setOurPriority(options.nice)
  const report = await measure(options)
  const { path, streams, large, start } = report
  const money = moneyDocument(report)
  if ([path, streams, large, start].some((one) => one !== undefined)) {
    say(`\n${plainDocument(gatewayDocument(report))}`)
  }
  if (money !== undefined) say(`\n${plainDocument(money)}`)
  const ledger = ledgerDocument(report)
  if (ledger !== undefined) say(`\n${plainDocument(ledger)}`)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, jsonOf(report))
  if (options.writesDocs) writeDocs(report)
  const faults = faultsOf(report)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  return faults.length === 0 ? 0 : 1
}

// Programs that were started end with us, whoever ends us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof BadOptions)) throw error
  process.stderr.write(`${error.name}: ${error.message}\n`)
  process.exitCode = 1
}
