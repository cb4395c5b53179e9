import { Cancel } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../../authorize/authorizer.ts'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import { accountFor, accountKey } from '../../upstream/credentials/account.ts'
import type { EndpointRequest } from '../endpoint.ts'
import { readGreeting, type Greeting } from './greeting.ts'

/** A server that answered and takes part. */
export type Member = { readonly server: ServerEntity; readonly greeting: Greeting }
/** A server that the caller may use but that takes no part, and why: a sentence for `instructions`. */
export type Absentee = { readonly server: ServerEntity; readonly reason: string }
/** Both, each ordered by alias. */
export type Membership = {
  readonly members: readonly Member[]
  readonly absentees: readonly Absentee[]
}

/** Finds out which servers take part in a caller's aggregate. */
export interface Memberships {
  /** Greets all servers the caller may use, in parallel; never rejects for one that fails. */
  of(request: EndpointRequest): Promise<Membership>
}

/** One slow server may not hold the others longer than this (architecture §7, peers' failures). */
export const GREETING_DEADLINE_MS = 10_000
/** A server that failed to greet is left alone this long, so that only the first list waits for it. */
const ABSENT_MS = 15_000
/** Remembered failures; the oldest go first. */
const ABSENT_ENTRIES_MAX = 10_000

/** What membership follows from. */
export type MembershipPorts = {
  readonly snapshot: Pick<SnapshotReplica, 'servers' | 'connectionOf'>
  readonly authorizer: Authorizer
  readonly clock: Clock
}

/** Memberships by grants, switch and whether a greeting comes back. */
export function createMemberships({ snapshot, authorizer, clock }: MembershipPorts): Memberships {
  const absences = new Map<string, { readonly untilMs: number; readonly reason: string }>()

  const greet = async (
    request: EndpointRequest,
    server: ServerEntity,
  ): Promise<Member | Absentee> => {
    if (!server.enabled) return { server, reason: 'it is switched off' }
    // In the client's own era, whatever the server speaks: the relay translates between them.
    const method = request.era === 'legacy' ? 'initialize' : 'server/discover'
    const deadline = AbortSignal.timeout(GREETING_DEADLINE_MS)
    const over = new Cancel()
    const release = over.follow(request.signal, deadline)
    try {
      const answer = await request.ask(server, method, { signal: over.signal })
      if (answer.kind === 'result') return { server, greeting: readGreeting(answer.text) }
      return { server, reason: 'it refused to be greeted' }
    } catch (failure) {
      if (deadline.aborted) return { server, reason: 'it did not answer in time' }
      if (failure instanceof Problem) return { server, reason: failure.kind.title }
      throw failure
    } finally {
      release()
    }
  }

  const join = async (
    request: EndpointRequest,
    server: ServerEntity,
  ): Promise<Member | Absentee> => {
    // Whoever authorized is asked for at once.
    const account = accountKey(accountFor(snapshot, server, request.caller))
    const key = `${request.caller.keyId} ${request.era} ${server.id} ${account}`
    const absence = absences.get(key)
    if (absence !== undefined && absence.untilMs > clock.monotonicMs())
      return { server, reason: absence.reason }
    absences.delete(key)
    const joined = await greet(request, server).catch((failure: unknown) => {
      if (failure instanceof Problem) return { server, reason: failure.kind.title }
      throw failure
    })
    if ('reason' in joined && !request.signal.aborted) {
      const oldest = absences.size >= ABSENT_ENTRIES_MAX ? absences.keys().next() : undefined
      if (oldest?.done === false) absences.delete(oldest.value)
      absences.set(key, { untilMs: clock.monotonicMs() + ABSENT_MS, reason: joined.reason })
    }
    return joined
  }

  return {
    async of(request) {
      const usable = snapshot
        .servers()
        .filter((server) => authorizer.mayUse(request.caller, server) === undefined)
      const joined = await Promise.all(usable.map((server) => join(request, server)))
      return {
        members: joined.filter((one) => 'greeting' in one),
        absentees: joined.filter((one) => 'reason' in one),
      }
    },
  }
}
