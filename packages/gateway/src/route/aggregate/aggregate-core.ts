import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import type { EndpointRequest, Reader } from '../endpoint.ts'
import { createDirectory, type Directory } from './addresses/directory.ts'
import { createGather, type Gather, type GatherPorts } from './lists/gather.ts'
import { createLastGoodLists } from './lists/last-good.ts'
import {
  createMemberships,
  type Membership,
  type MembershipPorts,
  type Memberships,
} from './membership.ts'
import { ListWatch } from './subscriptions/list-watch.ts'
import { ListenBook } from './subscriptions/listen-book.ts'
import type { ListenPorts } from './subscriptions/listen-to-all.ts'

/** What the aggregate is made of. */
export type AggregatePorts = MembershipPorts &
  Pick<GatherPorts, 'catalog'> & {
    readonly snapshot: Pick<
      SnapshotReplica,
      'servers' | 'priceOf' | 'serverById' | 'keyById' | 'onChange'
    >
    readonly clock: Clock
  }

/** What all endpoints over many servers share: who takes part, what they list, and where names lead. */
export type AggregateCore = {
  readonly ports: AggregatePorts
  readonly memberships: Memberships
  readonly gather: Gather
  readonly directory: Directory
  readonly listening: ListenPorts
  /** The servers that a reader may use, by alias, whether or not they can be reached. */
  readonly visibleTo: (reader: Pick<Reader, 'caller'>) => readonly ServerEntity[]
}

/** Builds it; once in a gateway, so that all endpoints learn from each other. */
export function createAggregateCore(ports: AggregatePorts): AggregateCore {
  const { authorizer, clock, snapshot } = ports
  const visibleTo = ({ caller }: Pick<Reader, 'caller'>): readonly ServerEntity[] =>
    snapshot.servers().filter((server) => authorizer.mayUse(caller, server) === undefined)
  const memberships = oncePerRequest(createMemberships(ports))
  const gather = createGather({ ...ports, memberships, lastGood: createLastGoodLists() })
  const directory = createDirectory(gather, clock, visibleTo)
  const listening = {
    memberships,
    directory,
    book: new ListenBook(ports),
    watch: new ListWatch(ports),
  }
  return { ports, memberships, gather, directory, listening, visibleTo }
}

/** A request may need several lists: its servers are greeted once for all of them. */
function oncePerRequest(memberships: Memberships): Memberships {
  const known = new WeakMap<EndpointRequest, Promise<Membership>>()
  return {
    of(request) {
      const membership = known.get(request) ?? memberships.of(request)
      known.set(request, membership)
      return membership
    },
  }
}
