import type { Report } from './report.ts'

/** Above this load average before a run, other work disturbed it. */
const QUIET_LOAD = 1

/** The machine and the run, one fact a line. */
export function factsOf({ machine, business, commit, startedAt, runId, path }: Report): string[] {
  // A run itself keeps both cores busy, so only what was there before it tells.
  const isBusy = business.loadBefore > QUIET_LOAD
  return [
    `${startedAt}, run ${runId}, commit ${commit}`,
    `${machine.cpu}, ${machine.cores} cores${machine.isVirtual ? ' (virtual)' : ''}, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}`,
    `Load average ${business.loadBefore.toFixed(1)} before and ${business.loadAfter.toFixed(1)} after${isBusy ? '; **the machine was busy with other work: trust ratios of the same round and the least CPU, not calls/s or milliseconds**' : ''}; stolen CPU ${(business.stealShare * 100).toFixed(1)} %; frequency governor ${machine.governor}`,
    ...(path === undefined ? [] : pathFacts(path)),
  ]
}

function pathFacts({
  plan,
  sync,
  noise,
  books,
  disturbedWindows,
}: NonNullable<Report['path']>): string[] {
  const percent = noise.map(({ clients, share }) => `${(share * 100).toFixed(0)} % at ${clients}`)
  return [
    `${plan.rounds} interleaved rounds of ${plan.windowS} s windows; the subject on core 0; loader, upstream, control plane and database on core 1; ${disturbedWindows} windows began while usage of earlier ones was still being posted`,
    `fdatasync on the journal's disk: p50 ${sync.p50Ms.toFixed(2)} ms, p99 ${sync.p99Ms.toFixed(2)} ms`,
    `Noise of the machine (one subject measured twice a round, by calls/s): ${percent.join(', ') || 'not measured'}`,
    `Money: ${books.paidCalls} paid calls cost ${books.expectedUsd} USD; the ledger charged ${books.chargedUsd} USD; trial balance ${books.trialBalanced ? 'zero' : 'NOT ZERO'}: ${books.isRight ? 'right' : 'WRONG'}`,
  ]
}
