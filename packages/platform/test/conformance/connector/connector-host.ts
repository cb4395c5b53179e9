import { json } from 'node:stream/consumers'
import { listenLocally } from '../../../src/fixture-server/local-listener.ts'
import { startTestRelay } from '../../stage/test-relay.ts'
import { Assignment } from './assignment.ts'
import { startAuthorizedServer } from './authorized-server.ts'
import { playFor } from './plays.ts'

/** Plays scenarios on request, each through a gateway of its own. */
export type ConnectorHost = { readonly url: string; close(): Promise<void> }

/**
 * Makes a client of the suite out of the gateway's upstream side: the scenario's server is put behind a gateway,
 * and an official client calls it through that. What the scenario sees is what the gateway sends.
 */
export async function startConnectorHost(): Promise<ConnectorHost> {
  async function playThrough(assignment: Assignment, url: string): Promise<void> {
    const relay = await startTestRelay({
      scenario: {
        era: assignment.revision >= '2026-07-28' ? 'modern' : 'legacy',
        transport: { kind: 'http', url, headers: {} },
      },
    })
    try {
      await playFor(assignment.scenario)(assignment, relay.transparent('scenario'))
    } finally {
      await relay.close()
    }
  }

  async function play(assignment: Assignment): Promise<void> {
    if (!assignment.scenario.startsWith('auth/')) return playThrough(assignment, assignment.url)
    const server = await startAuthorizedServer(assignment)
    try {
      await server.withTokens(() => playThrough(assignment, server.url))
    } finally {
      await server.close()
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
