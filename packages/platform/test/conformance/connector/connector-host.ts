import { json } from 'node:stream/consumers'
import { listenLocally } from '../../../src/fixture-server/local-listener.ts'
import { startTestRelay } from '../../stage/test-relay.ts'
import { accountWayOf } from './account-way.ts'
import { Assignment } from './assignment.ts'
import { playFor } from './plays.ts'

/** Plays scenarios on request, each through a gateway of its own. */
export type ConnectorHost = { readonly url: string; close(): Promise<void> }

/**
 * Makes a client of the suite out of the gateway's upstream side: the scenario's server is put behind a gateway,
 * and an official client calls it through that. What the scenario sees is what the gateway sends.
 */
export async function startConnectorHost(): Promise<ConnectorHost> {
  async function play(assignment: Assignment): Promise<void> {
    const { scenario, revision, url } = assignment
    const relay = await startTestRelay({
      scenario: {
        era: revision >= '2026-07-28' ? 'modern' : 'legacy',
        transport: { kind: 'http', url, headers: {} },
        ...(scenario.startsWith('auth/') ? { account: accountWayOf(assignment) } : {}),
      },
    })
    try {
      await playFor(scenario)(assignment, relay.transparent('scenario'))
    } finally {
      await relay.close()
    }
  }

  const listener = await listenLocally((request, response) => {
    void json(request)
      .then((body) => play(Assignment.parse(body)))
      .then(
        () => response.writeHead(200).end('played'),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
  })
  return { url: listener.origin, close: () => listener.close() }
}
