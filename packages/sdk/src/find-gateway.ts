import type { CallOptions } from './deadline.ts'
import type { PlatformStatus } from './documents.ts'
import type { Hub } from './hub.ts'
import { OrchestraProblem } from './problem.ts'

/**
 * The gateway's address, as the control plane says: in its status, or, for a key that may not read that,
 * in the endpoint of any server that it may see. A control plane that is away is not waited for.
 */
export async function findGateway(
  options: CallOptions,
  ask: {
    status: (options: CallOptions) => Promise<PlatformStatus>
    hub: () => Hub
  },
): Promise<string> {
  try {
    return (await ask.status(options)).gatewayUrl
  } catch (error) {
    if (!(error instanceof OrchestraProblem)) throw error
    if (error.status !== 403) throw atOnce(error)
    const [server] = (
      await ask
        .hub()
        .listServers({ ...options, limit: 1 })
        .page()
    ).items
    if (server === undefined) throw error
    return new URL(server.endpoint).origin
  }
}

function atOnce(problem: OrchestraProblem): OrchestraProblem {
  const { code, status, title, detail, instance, members, cause } = problem
  return new OrchestraProblem({
    code,
    status,
    title,
    detail,
    instance,
    members,
    cause,
    retryable: false,
  })
}
