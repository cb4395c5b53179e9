import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { systemClock } from '@mcp-orchestra/kernel'
import { createServerHealth } from '../../../health/server-health.ts'
import { sampleKey } from '../../../snapshot/testing.ts'
import type { Endpoint } from '../../endpoint.ts'
import { createAggregateCore } from '../aggregate-core.ts'
import { createAggregateEndpoint } from '../aggregate-endpoint.ts'

/** `/mcp` over one server that everybody may use and that never changes, for a relay of tests. */
export function aggregateBefore(server: ServerEntity): Endpoint {
  return aggregateBeforeAll([server])
}

/** The same over several servers. */
export function aggregateBeforeAll(servers: readonly ServerEntity[]): Endpoint {
  const core = createAggregateCore({
    snapshot: {
      servers: () => [...servers],
      serverById: (id) => servers.find((server) => server.id === id),
      keyById: (id) => sampleKey('secret', { id }),
      connectionOf: () => undefined,
      onChange: () => undefined,
      priceOf: () => undefined,
    },
    authorizer: {
      verify: () => Promise.reject(new Error('the relay of tests verifies')),
      mayUse: () => undefined,
      mayUseWhole: () => undefined,
      mayCall: () => undefined,
    },
    clock: systemClock,
    catalog: createServerHealth(systemClock),
  })
  return createAggregateEndpoint(core)
}
