import { figure, type Figure } from '../figures/figure.ts'
import type { LoadResult } from '../load/wrk-output.ts'
import type { SubjectName } from '../subjects/subject.ts'

/** What is known of one subject at one number of clients, over all rounds. */
export type Cell = {
  readonly subject: SubjectName
  readonly clients: number
  readonly rate: Figure
  readonly p50: Figure
  readonly p99: Figure
  /** CPU of the subject's process tree for one call. */
  readonly cpu: Figure
  /** CPU of control plane and database for one call; all zero for who has none. */
  readonly behindCpu: Figure
  /** Calls that one CPU second of the subject carries. */
  readonly perCpuSecond: Figure
  readonly memory: Figure
}

/** One window of one subject. */
export type Sample = {
  readonly subject: SubjectName
  readonly clients: number
  readonly round: number
  readonly load: LoadResult
  readonly memoryMib: number
  /** Whether control plane and database had done all their earlier work when it began. */
  readonly isUndisturbed: boolean
}

/** Puts the samples of a run together by subject and number of clients. */
export function cellsOf(runId: string, rounds: number, samples: readonly Sample[]): Cell[] {
  const keys = new Map(samples.map((sample) => [`${sample.subject} ${sample.clients}`, sample]))
  return [...keys.values()].map(({ subject, clients }) => {
    const own = samples.filter((s) => s.subject === subject && s.clients === clients)
    const make = (unit: Figure['unit'], read: (sample: Sample) => number): Figure =>
      figure(
        runId,
        unit,
        Array.from({ length: rounds }, (_, round) => {
          const sample = own.find((candidate) => candidate.round === round)
          return sample === undefined ? undefined : read(sample)
        }),
      )
    const microseconds = ({ load }: Sample, group: number): number =>
      ((load.cpuS[group] ?? NaN) / load.inWindow) * 1e6
    return {
      subject,
      clients,
      rate: make('calls/s', ({ load }) => load.inWindow / load.windowS),
      p50: make('ms', ({ load }) => load.p50Ms),
      p99: make('ms', ({ load }) => load.p99Ms),
      cpu: make('µs', (sample) => microseconds(sample, 0)),
      behindCpu: make('µs', (sample) => microseconds(sample, 1)),
      perCpuSecond: make('calls/s', (sample) => 1e6 / microseconds(sample, 0)),
      memory: make('MiB', ({ memoryMib }) => memoryMib),
    }
  })
}
