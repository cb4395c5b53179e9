import { REFUSALS_PER_REPORT_MAX, type RefusedHandlesReport } from '@mcp-orchestra/api/gateway-link'
import type { Clock, Ids } from '@mcp-orchestra/kernel'
import type { ControlPlaneLink } from '../link/link.ts'
import type { RefusedHandle, RefusedHandles } from './refused-handles.ts'

/** How often what was noted is told, in milliseconds: an operator who watches sees the first one soon. */
const REPORT_EVERY_MS = 2_000
/** The same key with the same fault is told of once in this time, with its count, in milliseconds: a flood makes no flood of entries. */
const COALESCED_MS = 60_000
/** Kinds of refusals watched at once; beyond it new ones are not told of before old ones are, which bounds memory. */
const WATCHED_MAX = 5_000

/** What reporting needs. */
export type RefusalReporterPorts = {
  readonly incarnationId: string
  readonly link: Pick<ControlPlaneLink, 'reportRefusals'>
  readonly clock: Clock
  readonly ids: Ids
  readonly events: { auditFailed(cause: unknown): void }
}

/** Tells the control plane's audit trail of refused handles, coalesced and in batches. */
export interface RefusalReporter extends RefusedHandles {
  /** Tells of what is due; never rejects. */
  report(): Promise<void>
  /** Tells of all that is left. */
  stop(): Promise<void>
}

type Watched = { readonly refused: RefusedHandle; count: number; toldMs: number | undefined }
type Entry = RefusedHandlesReport['entries'][number]

/** Starts it. What cannot be told now is told with the next report; a killed process loses at most a minute's counts. */
export function startRefusalReporter(ports: RefusalReporterPorts): RefusalReporter {
  const { clock, ids, link, incarnationId, events } = ports
  const watched = new Map<string, Watched>()
  /** Entries that did not arrive: told again under the same ids. */
  let unsent: Entry[] = []
  let sending: Promise<void> = Promise.resolve()

  const take = (isLast: boolean): void => {
    const now = clock.monotonicMs()
    for (const [kind, one] of watched) {
      if (unsent.length >= REFUSALS_PER_REPORT_MAX) return
      const isQuiet = one.toldMs === undefined || now - one.toldMs >= COALESCED_MS
      if (!isQuiet && !isLast) continue
      if (one.count === 0) {
        watched.delete(kind)
        continue
      }
      unsent.push(entryOf(one))
      one.count = 0
      one.toldMs = now
    }
  }

  const entryOf = ({ refused, count }: Watched): Entry => {
    const { action, caller, endpointId, fault } = refused
    const { organizationId, keyId } = caller
    return { id: ids.make('adt'), action, organizationId, keyId, endpointId, fault, count }
  }

  const send = (isLast: boolean): Promise<void> => {
    sending = sending.then(async () => {
      take(isLast)
      if (unsent.length === 0) return
      try {
        await link.reportRefusals({ incarnationId, entries: unsent })
        unsent = []
      } catch (cause) {
        events.auditFailed(cause)
      }
    })
    return sending
  }

  const timer = setInterval(() => void send(false), REPORT_EVERY_MS)
  timer.unref()
  return {
    note(refused) {
      const { action, caller, endpointId, fault } = refused
      const kind = [caller.keyId, endpointId, action, fault].join('|')
      const known = watched.get(kind)
      if (known !== undefined) known.count += 1
      else if (watched.size < WATCHED_MAX)
        watched.set(kind, { refused, count: 1, toldMs: undefined })
    },
    report: () => send(false),
    async stop() {
      clearInterval(timer)
      await send(true)
    },
  }
}
