import { judge, type Bound } from '../figures/bound.ts'
import { differencesByRound, ratioOfLeast, ratiosByRound } from '../figures/figure.ts'
import { median, spread } from '../figures/statistics.ts'
import type { SubjectName } from '../subjects/subject.ts'
import type { Cell } from './cell.ts'

/** The bounds of the call path, judged by the cells of one run. */
export function pathBounds(cells: readonly Cell[], syncMsP50: number): Bound[] {
  const cell = (subject: SubjectName, clients: number): Cell | undefined =>
    cells.find((candidate) => candidate.subject === subject && candidate.clients === clients)
  return [
    ...[32, 256].map((clients) =>
      rateBound(
        { what: 'free', clients, limit: 0.25 },
        cell('free', clients),
        cell('nginx', clients),
      ),
    ),
    rateBound(
      { what: 'paid, the reply waits for the journal', clients: 256, limit: 0.2 },
      cell('paid', 256),
      cell('nginx', 256),
    ),
    ...[32, 256].map((clients) =>
      cpuBound(clients, cell('free-legacy', clients), cell('sdk-gateway', clients)),
    ),
    ...[32, 256].flatMap((clients) => [
      translationBound('modern clients, legacy server', clients, [
        cell('modern-to-legacy', clients),
        cell('free', clients),
      ]),
      translationBound('legacy sessions, modern server', clients, [
        cell('legacy-to-modern', clients),
        cell('free-legacy', clients),
      ]),
    ]),
    latencyBound('free', 0.3, cell('free', 1), cell('direct', 1), ''),
    latencyBound(
      'paid',
      0.8,
      cell('paid', 1),
      cell('direct', 1),
      `fdatasync alone takes ${syncMsP50.toFixed(2)} ms here (p50)`,
    ),
  ]
}

/** The stricter of two ratios counts: of calls per second, and of calls per CPU second. */
function rateBound(
  { what, clients, limit }: { what: string; clients: number; limit: number },
  ours: Cell | undefined,
  nginx: Cell | undefined,
): Bound {
  const rule = {
    name: `Calls per second over nginx's, ${what}, ${clients} clients`,
    kind: 'at least' as const,
    limit,
  }
  if (ours === undefined || nginx === undefined) return judge(rule, undefined)
  const byTime = ratiosByRound(ours.rate, nginx.rate)
  const byCpu = ratiosByRound(ours.perCpuSecond, nginx.perCpuSecond)
  const time = median(byTime)
  const note = `by time ${time.toFixed(3)} (spread ${(spread(byTime) * 100).toFixed(0)} %), by CPU second ${median(byCpu).toFixed(3)}`
  return judge(rule, Math.min(time, median(byCpu)), note)
}

function cpuBound(clients: number, ours?: Cell, peer?: Cell): Bound {
  const rule = {
    name: `CPU per call over the SDK-built gateway's, both with legacy sessions, ${clients} clients`,
    kind: 'at most' as const,
    limit: 0.2,
  }
  if (ours === undefined || peer === undefined) return judge(rule, undefined)
  return judge(rule, ratioOfLeast(ours.cpu, peer.cpu), 'least over the rounds of both')
}

/** What translation costs, over the cell of the same client that needs none. */
function translationBound(
  what: string,
  clients: number,
  [translated, native]: readonly [Cell | undefined, Cell | undefined],
): Bound {
  const rule = {
    name: `CPU per call over the like-for-like cell's, ${what}, ${clients} clients`,
    kind: 'at most' as const,
    limit: 2,
  }
  if (translated === undefined || native === undefined) return judge(rule, undefined)
  return judge(rule, ratioOfLeast(translated.cpu, native.cpu), 'least over the rounds of both')
}

function latencyBound(
  what: string,
  limit: number,
  ours: Cell | undefined,
  direct: Cell | undefined,
  note: string,
): Bound {
  const rule = {
    name: `Added p50 over direct, ${what}, 1 client`,
    kind: 'at most' as const,
    limit,
    unit: ' ms',
  }
  if (ours === undefined || direct === undefined) return judge(rule, undefined)
  return judge(rule, median(differencesByRound(ours.p50, direct.p50)), note)
}
