import { findTool, howToGet } from '../../tools/require-tool.ts'
import { percentile, spread } from '../figures/statistics.ts'
import { ratiosByRound } from '../figures/figure.ts'
import type { Bound } from '../figures/bound.ts'
import { processTree, residentMib } from '../machine/process-tree.ts'
import { probeSync } from '../machine/sync-probe.ts'
import type { Options } from '../options.ts'
import { checkBooks, type BooksCheck } from './books.ts'
import { cellsOf, type Cell, type Sample } from './cell.ts'
import { pathBounds } from './path-bounds.ts'
import { runRounds } from './rounds.ts'
import { openStage } from './stage.ts'

/** What a run of the call path found. */
export type PathReport = {
  readonly plan: Options['plan']
  readonly cells: readonly Cell[]
  readonly titles: Readonly<Record<string, string>>
  /** Windows that began while usage of earlier ones was still being posted. */
  readonly disturbedWindows: number
  /** Resident memory of each subject before its first call, in MiB. */
  readonly idleMib: Readonly<Record<string, number>>
  /** `fdatasync` on the journal's disk, in milliseconds. */
  readonly sync: { readonly p50Ms: number; readonly p99Ms: number }
  /** |a / b - 1| of one subject measured twice a round: what the machine adds by itself. */
  readonly noise: { readonly clients: number; readonly share: number }[]
  readonly books: BooksCheck
  readonly bounds: readonly Bound[]
  readonly missing: readonly string[]
}

/** Measures the call path; throws LoadFailed when a reply was wrong, and is undefined without wrk. */
export async function runPath(
  runId: string,
  options: Options,
  say: (text: string) => void,
): Promise<PathReport | undefined> {
  const wrk = findTool('wrk')
  if (wrk === undefined) {
    say(howToGet('wrk'))
    return undefined
  }
  say('starting the upstream, our platform and the peers …')
  const stage = await openStage(options.subjects, options.failCall)
  try {
    const idleMib = Object.fromEntries(
      stage.subjects.map(({ name, rootPid }) => [name, residentMib(processTree(rootPid))]),
    )
    let paidCalls = 0
    const syncs: number[] = []
    const samples = await runRounds(wrk, stage.subjects, options.plan, {
      onSample: (sample) => say(lineOf(sample)),
      onLoad(subject, load) {
        if (subject.name === 'paid') paidCalls += load.answered - load.wrong
      },
      onRound(round) {
        syncs.push(...probeSync(stage.ours.platform.dataDir))
        say(`round ${round + 1} of ${options.plan.rounds}`)
      },
    })
    const cells = cellsOf(runId, options.plan.rounds, samples)
    const books = await checkBooks(stage.ours, paidCalls)
    const sync = { p50Ms: percentile(syncs, 0.5), p99Ms: percentile(syncs, 0.99) }
    return {
      plan: options.plan,
      cells,
      idleMib,
      disturbedWindows: samples.filter(({ isUndisturbed }) => !isUndisturbed).length,
      sync,
      books,
      missing: stage.missing,
      titles: Object.fromEntries(stage.subjects.map(({ name, title }) => [name, title])),
      noise: noiseOf(cells),
      bounds: pathBounds(cells, sync.p50Ms),
    }
  } finally {
    await stage.stop()
  }
}

function noiseOf(cells: readonly Cell[]): PathReport['noise'] {
  return cells.flatMap((first) => {
    if (first.subject !== 'nginx') return []
    const again = cells.find((c) => c.subject === 'nginx-again' && c.clients === first.clients)
    if (again === undefined) return []
    const ratios = ratiosByRound(first.rate, again.rate)
    return [{ clients: first.clients, share: spread([1, ...ratios]) }]
  })
}

function lineOf({ subject, clients, load }: Sample): string {
  const rate = (load.inWindow / load.windowS).toFixed(0)
  const cpu = (((load.cpuS[0] ?? NaN) / load.inWindow) * 1e6).toFixed(1)
  return `  ${subject.padEnd(12)} ${String(clients).padStart(4)} clients  ${rate.padStart(7)} calls/s  ${cpu.padStart(7)} µs  p50 ${load.p50Ms.toFixed(3)} ms`
}
