import type { AuthDraft, KnownAuth } from './auth-draft.ts'

/** What can be wrong with a field, before the API is asked. */
export type AuthFault = 'required' | 'url_form' | 'scope_form' | 'key_form' | 'again' | 'too_long'
/** Faults by field. */
export type AuthFaults = Readonly<Partial<Record<keyof AuthDraft, AuthFault>>>

/** Scopes as OAuth writes them: printable ASCII without quotation mark and backslash (RFC 6749 §3.3). */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e\s]*$/
const PEM = /^-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----$/
/** The API's bounds: a name or an address, one secret. */
const WORD_CHARS_MAX = 2_048
const SECRET_CHARS_MAX = 8_192

type FieldFaults = Partial<Record<keyof AuthDraft, AuthFault | undefined>>

/** What is wrong with a draft; nothing when it can be sent. The API has the last word. */
export function authFaultsOf(draft: AuthDraft, known: KnownAuth): AuthFaults {
  const faults: FieldFaults =
    draft.kind === 'none'
      ? {}
      : {
          issuer: draft.issuer.trim() === '' ? undefined : urlFault(draft.issuer),
          scopes: scopesFault(draft.scopes),
          ...kindFaults(draft, known),
        }
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== undefined))
}

function kindFaults(draft: AuthDraft, known: KnownAuth): FieldFaults {
  switch (draft.kind) {
    case 'none':
      return {}
    case 'oauth': {
      const isOfClient = draft.clientSecret === '' || draft.clientId.trim() !== ''
      return {
        clientId: isOfClient ? lengthFault(draft.clientId, WORD_CHARS_MAX) : 'required',
        clientSecret: keptFault(draft, known) ?? lengthFault(draft.clientSecret, SECRET_CHARS_MAX),
      }
    }
    case 'client_credentials':
      return {
        clientId: wordFault(draft.clientId),
        ...(draft.proof === 'secret'
          ? { clientSecret: secretFault(draft, known) }
          : { privateKey: keyFault(draft.privateKey) }),
      }
    case 'enterprise':
      return {
        clientId: wordFault(draft.clientId),
        clientSecret: secretFault(draft, known),
        idpTokenEndpoint: urlFault(draft.idpTokenEndpoint),
        idpClientId: wordFault(draft.idpClientId),
        idpClientSecret: lengthFault(draft.idpClientSecret, SECRET_CHARS_MAX),
      }
  }
}

/** A change replaces all of it: what is not typed again would silently make a client without a secret. */
function keptFault(draft: AuthDraft, known: KnownAuth): AuthFault | undefined {
  const isSameClient = known.kind === draft.kind && known.clientId === draft.clientId.trim()
  return isSameClient && known.hasSecret && draft.clientSecret === '' ? 'again' : undefined
}

function secretFault(draft: AuthDraft, known: KnownAuth): AuthFault | undefined {
  if (draft.clientSecret === '') return keptFault(draft, known) ?? 'required'
  return lengthFault(draft.clientSecret, SECRET_CHARS_MAX)
}

function keyFault(text: string): AuthFault | undefined {
  if (text.trim() === '') return 'required'
  return PEM.test(text.trim()) ? lengthFault(text, SECRET_CHARS_MAX) : 'key_form'
}

function wordFault(text: string): AuthFault | undefined {
  return text.trim() === '' ? 'required' : lengthFault(text, WORD_CHARS_MAX)
}

function urlFault(text: string): AuthFault | undefined {
  const address = text.trim()
  if (address === '') return 'required'
  if (!URL.canParse(address)) return 'url_form'
  const { protocol } = new URL(address)
  if (protocol !== 'http:' && protocol !== 'https:') return 'url_form'
  return lengthFault(address, WORD_CHARS_MAX)
}

function scopesFault(text: string): AuthFault | undefined {
  return SCOPES.test(text) ? lengthFault(text, WORD_CHARS_MAX) : 'scope_form'
}

function lengthFault(text: string, charsMax: number): AuthFault | undefined {
  return text.length > charsMax ? 'too_long' : undefined
}
