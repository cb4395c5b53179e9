import type { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import type { RegisteredClient } from './client-choice.ts'
import type { MachineClient } from './machine-grant.ts'
import { refuseAuth } from './problems.ts'

/** The signature of an assertion when the settings name none. */
const ALGORITHM = 'ES256'

/** The client that a server's settings name for client credentials. */
export function machineClientOf(
  auth: Extract<UpstreamAuth, { kind: 'client_credentials' }>,
): MachineClient {
  const { clientId, clientSecret, privateKey, algorithm = ALGORITHM, issuer, scopes } = auth
  const named = { clientId, issuer, scopes }
  if (privateKey !== undefined) {
    return { ...named, proof: { kind: 'key', privateKey, algorithm } }
  }
  if (clientSecret === undefined) {
    throw refuseAuth('hub.connection_client_needed', {
      detail: 'The settings of the server hold neither a secret nor a private key.',
    })
  }
  return { ...named, proof: { kind: 'secret', secret: clientSecret } }
}

/** The client that a server's settings name for people's authorizations, if they do. */
export function registeredClientOf(
  auth: Extract<UpstreamAuth, { kind: 'oauth' }>,
): RegisteredClient | undefined {
  const { clientId, clientSecret, issuer } = auth
  return clientId === undefined ? undefined : { clientId, clientSecret, issuer }
}
