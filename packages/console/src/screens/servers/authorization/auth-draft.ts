import type { Server, UpstreamAuth } from '@mcp-orchestra/sdk'

/** How a server's authorization is as its owner may see it: never with its secrets. */
export type KnownAuth = NonNullable<Server['upstreamAuth']>

/** How tokens for a server are got, as it is typed; what belongs to another kind stays, so that switching loses nothing. */
export type AuthDraft = {
  readonly kind: UpstreamAuth['kind']
  readonly clientId: string
  readonly clientSecret: string
  /** What a client of the owner shows: a shared secret, or what it signs with its key. */
  readonly proof: 'secret' | 'key'
  /** PKCS #8, PEM. */
  readonly privateKey: string
  readonly algorithm: Algorithm
  readonly issuer: string
  /** Words with spaces between (RFC 6749 §3.3). */
  readonly scopes: string
  readonly idpTokenEndpoint: string
  readonly idpClientId: string
  readonly idpClientSecret: string
}

/** The signatures that the API takes for a client's assertion (RFC 7523). */
export type Algorithm = NonNullable<
  Extract<UpstreamAuth, { kind: 'client_credentials' }>['algorithm']
>
/** In the order in which they are offered: what the API takes by itself comes first. */
export const ALGORITHMS: readonly Algorithm[] = [
  'ES256',
  'ES384',
  'EdDSA',
  'PS256',
  'RS256',
  'RS384',
  'RS512',
]

/** The authorization of a server in its form; secrets are empty, for nobody is shown them. */
export function authDraftOf({ kind, clientId, issuer, scopes }: KnownAuth): AuthDraft {
  return {
    kind,
    clientId: clientId ?? '',
    clientSecret: '',
    proof: 'secret',
    privateKey: '',
    algorithm: 'ES256',
    issuer: issuer ?? '',
    scopes: scopes ?? '',
    idpTokenEndpoint: '',
    idpClientId: '',
    idpClientSecret: '',
  }
}

/** What to send; of a draft that `authFaultsOf` has nothing against. It replaces all that was there. */
export function authOf(draft: AuthDraft): UpstreamAuth {
  const { kind } = draft
  const clientId = draft.clientId.trim()
  const secret = given('clientSecret', draft.clientSecret)
  const common = { ...given('issuer', draft.issuer), ...given('scopes', words(draft.scopes)) }
  switch (kind) {
    case 'none':
      return { kind }
    case 'oauth':
      // The API takes no secret without the client that it is of.
      return clientId === '' ? { kind, ...common } : { kind, clientId, ...secret, ...common }
    case 'client_credentials': {
      const { algorithm, privateKey } = draft
      if (draft.proof === 'secret') return { kind, clientId, ...secret, ...common }
      return { kind, clientId, privateKey: privateKey.trim(), algorithm, ...common }
    }
    case 'enterprise':
      return {
        kind,
        clientId,
        clientSecret: draft.clientSecret,
        idpTokenEndpoint: draft.idpTokenEndpoint.trim(),
        idpClientId: draft.idpClientId.trim(),
        ...given('idpClientSecret', draft.idpClientSecret),
        ...common,
      }
  }
}

/** Whether sending it would change anything: a secret that was typed always does. */
export function isAuthChanged(known: KnownAuth, draft: AuthDraft): boolean {
  return JSON.stringify(authOf(authDraftOf(known))) !== JSON.stringify(authOf(draft))
}

/** The words of a list of scopes, one space between. */
function words(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ')
}

function given<K extends string>(name: K, text: string): { readonly [k in K]?: string } {
  const value = text.trim()
  return value === '' ? {} : ({ [name]: value } as { readonly [k in K]: string })
}
