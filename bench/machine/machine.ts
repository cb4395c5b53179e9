import { existsSync, readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** The machine of a run, as far as it explains the figures. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly kernel: string
  readonly node: string
  /** Of core 0; virtual machines have none. */
  readonly governor: string
  readonly isVirtual: boolean
}

/** Reads what the machine says of itself. */
export function describeMachine(): Machine {
  const all = cpus()
  const governor = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    governor: existsSync(governor) ? readFileSync(governor, 'utf8').trim() : 'none',
    isVirtual: readFileSync('/proc/cpuinfo', 'utf8').includes('hypervisor'),
  }
}

/** How busy the machine is with other work: load averages of a minute before and after the run. */
export type Business = {
  readonly loadBefore: number
  readonly loadAfter: number
  /** Share of CPU time that the hypervisor gave to others. */
  readonly stealShare: number
}

/** CPU time since boot, in ticks: what the hypervisor gave to others, and all. */
export type StealCounter = { readonly steal: number; readonly all: number }

/** Reads the counters of `/proc/stat`. */
export function readSteal(): StealCounter {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  // user nice system idle iowait irq softirq steal; guest times are part of user and nice.
  const ticks = first.split(/\s+/).slice(1, 9).map(Number)
  return { steal: ticks[7] ?? 0, all: ticks.reduce((sum, value) => sum + value, 0) }
}

/** What the run saw since the counter was read. */
export function readBusiness(since: StealCounter, loadBefore: number): Business {
  const now = readSteal()
  return {
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
    stealShare: (now.steal - since.steal) / Math.max(1, now.all - since.all),
  }
}
