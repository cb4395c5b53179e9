import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { jwtVerify, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { errors } from 'oidc-provider'
import { startAuthorizationServer, type AuthorizationServer } from './authorization-server.ts'
import { browse } from './browser.ts'

/** An enterprise: its identity provider, and an authorization server of an MCP server that trusts it. */
export type Enterprise = {
  /** Guards the MCP server. */
  readonly guard: AuthorizationServer
  /** The settings of a server that it guards. */
  readonly upstreamAuth: {
    readonly kind: 'enterprise'
    readonly clientId: string
    readonly clientSecret: string
    readonly idpTokenEndpoint: string
    readonly idpClientId: string
    readonly idpClientSecret: string
  }
  /** Who may not use the MCP server, by the policy of the enterprise. */
  readonly barred: Set<string>
  /** Signs a person in at the identity provider, in a browser; the ID token. */
  signIn(account: string): Promise<string>
  close(): Promise<void>
}

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag'
const ID_JAG_TYPE = 'oauth-id-jag+jwt'
const ID_JAG_TTL = '5m'
const CALLBACK = 'http://127.0.0.1:1/signed-in'
const AT_IDP = { client_id: 'orchestra-at-idp', client_secret: 'idp-hush-hush' }
const AT_GUARD = { client_id: 'orchestra-at-guard', client_secret: 'guard-hush-hush' }

/**
 * Starts both. oidc-provider signs people in, makes the ID tokens and knows the clients; it has neither grant of
 * an ID-JAG, so both are added here, as `io.modelcontextprotocol/enterprise-managed-authorization` says.
 */
export async function startEnterprise(): Promise<Enterprise> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const barred = new Set<string>()
  const idp = await startAuthorizationServer({
    clients: [
      {
        ...AT_IDP,
        application_type: 'native',
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', TOKEN_EXCHANGE],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
    grants: (_provider, issuer) => [
      {
        name: TOKEN_EXCHANGE,
        parameters: ['audience', 'resource', 'scope', 'subject_token', 'subject_token_type'],
        async handle(context) {
          const {
            audience = '',
            resource,
            scope,
            subject_token: idToken = '',
          } = context.oidc.params
          const { clientId } = context.oidc.client
          const { sub = '' } = await verified(idToken, publicKey, { issuer, audience: clientId })
          if (barred.has(sub)) throw new errors.InvalidGrant('the policy says no')
          const idJag = await new SignJWT({ client_id: AT_GUARD.client_id, resource, scope })
            .setProtectedHeader({ alg: 'ES256', typ: ID_JAG_TYPE })
            .setIssuer(issuer)
            .setSubject(sub)
            .setAudience(audience)
            .setJti(randomUUID())
            .setIssuedAt()
            .setExpirationTime(ID_JAG_TTL)
            .sign(privateKey)
          context.body = {
            access_token: idJag,
            issued_token_type: ID_JAG,
            token_type: 'N_A',
            scope,
          }
        },
      },
    ],
  })
  const guard = await startAuthorizationServer({
    canRegister: false,
    clients: [{ ...AT_GUARD, redirect_uris: [], response_types: [], grant_types: [JWT_BEARER] }],
    grants: (provider, issuer) => [
      {
        name: JWT_BEARER,
        parameters: ['assertion', 'resource', 'scope'],
        async handle(context) {
          const { assertion = '' } = context.oidc.params
          const { client } = context.oidc
          const claims = await verified(assertion, publicKey, {
            issuer: idp.issuer,
            audience: issuer,
            typ: ID_JAG_TYPE,
          })
          if (claims['client_id'] !== client.clientId) throw new errors.InvalidGrant('client_id')
          const scope = String(claims['scope'])
          const token = new provider.AccessToken({ accountId: claims.sub, client, scope })
          token.setAudience(String(claims['resource']))
          const accessToken = await token.save()
          const expiresIn = token.expiration
          context.body = {
            access_token: accessToken,
            token_type: 'Bearer',
            expires_in: expiresIn,
            scope,
          }
        },
      },
    ],
  })
  return {
    guard,
    barred,
    upstreamAuth: {
      kind: 'enterprise',
      clientId: AT_GUARD.client_id,
      clientSecret: AT_GUARD.client_secret,
      idpTokenEndpoint: `${idp.issuer}/token`,
      idpClientId: AT_IDP.client_id,
      idpClientSecret: AT_IDP.client_secret,
    },
    async signIn(account) {
      idp.account = account
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        client_id: AT_IDP.client_id,
        response_type: 'code',
        redirect_uri: CALLBACK,
        scope: 'openid',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      const back = new URL(await browse(`${idp.issuer}/auth?${query.toString()}`, CALLBACK))
      const answer = await fetch(`${idp.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...AT_IDP,
          grant_type: 'authorization_code',
          code: back.searchParams.get('code') ?? '',
          redirect_uri: CALLBACK,
          code_verifier: verifier,
        }),
      })
      const { id_token: idToken } = (await answer.json()) as { id_token: string }
      return idToken
    },
    async close() {
      await guard.close()
      await idp.close()
    },
  }
}

async function verified(
  token: string,
  key: CryptoKey,
  rules: { readonly issuer: string; readonly audience: string; readonly typ?: string },
) {
  try {
    return (await jwtVerify(token, key, rules)).payload
  } catch {
    throw new errors.InvalidGrant('the token is not good here')
  }
}
