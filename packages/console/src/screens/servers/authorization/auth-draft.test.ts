import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authDraftOf, authOf, isAuthChanged, type AuthDraft, type KnownAuth } from './auth-draft.ts'
import { authFaultsOf } from './auth-faults.ts'

const open: KnownAuth = {
  kind: 'oauth',
  clientId: null,
  hasSecret: false,
  issuer: null,
  scopes: null,
  redirectUri: 'https://hub.example.com/v1/oauth/callback',
}
const held: KnownAuth = { ...open, clientId: 'us', hasSecret: true, issuer: 'https://as.example' }
const start = authDraftOf(open)
const KEY = '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----'

describe('a form that nobody touched', () => {
  test.each([open, { ...open, kind: 'none' as const }])('of $kind has no faults', (known) => {
    expect(authFaultsOf(authDraftOf(known), known)).toEqual({})
  })

  test.each(['none', 'oauth', 'client_credentials', 'enterprise'] as const)(
    'of %s changes nothing',
    (kind) => {
      expect(isAuthChanged({ ...held, kind }, authDraftOf({ ...held, kind }))).toBe(false)
    },
  )
})

describe('what is sent', () => {
  test('is what the kind has, and nothing that was typed for another', () => {
    const typed: AuthDraft = {
      ...start,
      clientId: ' us ',
      clientSecret: 's3cret',
      privateKey: KEY,
      scopes: ' tools:read   tools:write ',
      idpTokenEndpoint: 'https://idp.example.com/token',
      idpClientId: 'we',
      idpClientSecret: 'idp-s3cret',
    }
    const scopes = 'tools:read tools:write'
    expect(authOf({ ...typed, kind: 'none' })).toEqual({ kind: 'none' })
    expect(authOf(typed)).toEqual({
      kind: 'oauth',
      clientId: 'us',
      clientSecret: 's3cret',
      scopes,
    })
    expect(authOf({ ...typed, kind: 'client_credentials' })).toEqual({
      kind: 'client_credentials',
      clientId: 'us',
      clientSecret: 's3cret',
      scopes,
    })
    expect(authOf({ ...typed, kind: 'client_credentials', proof: 'key' })).toEqual({
      kind: 'client_credentials',
      clientId: 'us',
      privateKey: KEY,
      algorithm: 'ES256',
      scopes,
    })
    expect(authOf({ ...typed, kind: 'enterprise' })).toEqual({
      kind: 'enterprise',
      clientId: 'us',
      clientSecret: 's3cret',
      idpTokenEndpoint: 'https://idp.example.com/token',
      idpClientId: 'we',
      idpClientSecret: 'idp-s3cret',
      scopes,
    })
  })

  test('has no secret without the client that it is of', () => {
    expect(authOf({ ...start, clientSecret: 's3cret' })).toEqual({ kind: 'oauth' })
  })
})

describe('what is wrong', () => {
  test('a secret that is there and was not typed again is asked for, so that none is lost unseen', () => {
    const wider = { ...authDraftOf(held), scopes: 'tools:read' }
    expect(authFaultsOf(wider, held)).toEqual({ clientSecret: 'again' })
    expect(authFaultsOf({ ...wider, clientSecret: 'new' }, held)).toEqual({})
    expect(authFaultsOf({ ...wider, clientId: 'another' }, held)).toEqual({})
  })

  test.each<[Partial<AuthDraft>, object]>([
    [{ clientSecret: 'x' }, { clientId: 'required' }],
    [{ issuer: 'as.example.com' }, { issuer: 'url_form' }],
    [{ issuer: 'ftp://as.example.com' }, { issuer: 'url_form' }],
    [{ scopes: 'a "b"' }, { scopes: 'scope_form' }],
    [{ kind: 'client_credentials' }, { clientId: 'required', clientSecret: 'required' }],
    [
      { kind: 'client_credentials', clientId: 'us', proof: 'key', privateKey: 'MIGH' },
      { privateKey: 'key_form' },
    ],
    [{ kind: 'client_credentials', clientId: 'us', proof: 'key', privateKey: KEY }, {}],
    [
      { kind: 'enterprise', clientId: 'us', clientSecret: 'x' },
      { idpTokenEndpoint: 'required', idpClientId: 'required' },
    ],
    [{ kind: 'none', issuer: 'nonsense', scopes: '"' }, {}],
  ])('%j has the faults %j', (change, faults) => {
    expect(authFaultsOf({ ...start, ...change }, open)).toEqual(faults)
  })

  test('whatever is typed is judged and written without throwing', () => {
    const text = fc.string()
    fc.assert(
      fc.property(text, text, text, (issuer, scopes, idpTokenEndpoint) => {
        for (const kind of ['none', 'oauth', 'client_credentials', 'enterprise'] as const) {
          const draft = { ...start, kind, issuer, scopes, idpTokenEndpoint }
          authFaultsOf(draft, held)
          authOf(draft)
        }
      }),
    )
  })
})
