import type { CallTarget } from '../load/call-target.ts'
import { runWindow } from '../load/load-window.ts'
import { LoadFailed, type LoadResult } from '../load/wrk-output.ts'
import { processTree, residentMib } from '../machine/process-tree.ts'
import { untilIdle } from '../machine/until-idle.ts'
import type { Subject } from '../subjects/subject.ts'
import type { Sample } from './cell.ts'

/** How long and how often is measured. */
export type Plan = {
  readonly rounds: number
  readonly clients: readonly number[]
  readonly windowS: number
  readonly warmupS: number
  /** What part of its first warm-up a subject gets: less than 1 for a quick look. */
  readonly warmupShare: number
}

/** Usage of earlier windows may be on its way to the database for so long, in milliseconds: on the loader's core. */
const POSTING_MS = 15_000
/** Clients of the first warm-up: enough to keep every subject busy. */
const FIRST_WARMUP_CLIENTS = 64

/** What the rounds tell while they run. */
export type RoundEvents = {
  readonly onSample: (sample: Sample) => void
  /** Told after each window, the warm-ups too: every call counts for the books. */
  readonly onLoad: (subject: Subject, load: LoadResult) => void
  readonly onRound: (round: number) => void
}

/** Measures the subjects one after the other, in rounds. Throws {@link LoadFailed} at the first wrong reply. */
export async function runRounds(
  wrk: string,
  subjects: readonly Subject[],
  plan: Plan,
  events: RoundEvents,
): Promise<Sample[]> {
  const samples: Sample[] = []
  const load = async (subject: Subject, clients: number, windowS: number): Promise<LoadResult> => {
    const result = await runWindow({
      wrk,
      target: await targetOf(subject, clients),
      clients,
      warmupS: plan.warmupS,
      windowS,
      groups: [processTree(subject.rootPid), subject.behindPids()],
      core: 1,
    }).catch((error: unknown) => {
      if (!(error instanceof LoadFailed)) throw error
      throw new LoadFailed(`${subject.title}, ${clients} clients: ${error.message}`)
    })
    events.onLoad(subject, result)
    if (result.wrong > 0) {
      throw new LoadFailed(
        `${subject.title}, ${clients} clients: ${result.wrong} of ${result.answered} replies were wrong. The first: ${result.firstWrong}`,
      )
    }
    return result
  }
  /** Who may still work for calls that were made before. */
  const behind = (): number[] => [...new Set(subjects.flatMap((subject) => subject.behindPids()))]
  for (const subject of subjects) {
    const warmupS = subject.firstWarmupS * plan.warmupShare
    if (warmupS > 0) await load(subject, FIRST_WARMUP_CLIENTS, warmupS)
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    events.onRound(round)
    for (const clients of plan.clients) {
      for (const subject of subjects) {
        const isUndisturbed = await untilIdle(behind, POSTING_MS)
        const result = await load(subject, clients, plan.windowS)
        const memoryMib = residentMib(processTree(subject.rootPid))
        const sample = {
          subject: subject.name,
          clients,
          round,
          load: result,
          memoryMib,
          isUndisturbed,
        }
        samples.push(sample)
        events.onSample(sample)
      }
    }
  }
  return samples
}

/** Sessions are opened once for a subject and a number of clients. */
const targets = new WeakMap<Subject, Map<number, CallTarget>>()

async function targetOf(subject: Subject, clients: number): Promise<CallTarget> {
  const known = targets.get(subject) ?? new Map<number, CallTarget>()
  targets.set(subject, known)
  const target = known.get(clients) ?? (await subject.target(clients))
  known.set(clients, target)
  return target
}
