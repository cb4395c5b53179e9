import { z } from 'zod'
import type { AccountWay } from '../../stage/staged-server.ts'
import type { Assignment } from './assignment.ts'

const Context = z
  .object({
    client_id: z.string(),
    client_secret: z.string(),
    private_key_pem: z.string(),
    signing_algorithm: z.string(),
    idp_client_id: z.string(),
    idp_id_token: z.string(),
    idp_token_endpoint: z.string(),
  })
  .partial()

/** How a scenario's client proves who it is, by what the suite gave it. */
export function accountWayOf({ scenario, context }: Assignment): AccountWay {
  const given = Context.parse(context ?? {})
  const clientId = given.client_id ?? ''
  switch (scenario) {
    case 'auth/basic-cimd':
      return { documentUrl: 'https://conformance-test.local/client-metadata.json' }
    case 'auth/pre-registration':
      return { registered: { clientId, clientSecret: given.client_secret } }
    case 'auth/client-credentials-basic':
      return {
        machine: { clientId, proof: { kind: 'secret', secret: given.client_secret ?? '' } },
      }
    case 'auth/client-credentials-jwt': {
      const privateKey = given.private_key_pem ?? ''
      const algorithm = given.signing_algorithm ?? 'ES256'
      return { machine: { clientId, proof: { kind: 'key', privateKey, algorithm } } }
    }
    case 'auth/enterprise-managed-authorization':
      return {
        enterprise: {
          clientId,
          clientSecret: given.client_secret ?? '',
          idpTokenEndpoint: given.idp_token_endpoint ?? '',
          idpClientId: given.idp_client_id ?? '',
          idToken: given.idp_id_token ?? '',
        },
      }
    default:
      return {}
  }
}
