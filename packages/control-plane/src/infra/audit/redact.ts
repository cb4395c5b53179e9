import type { AuditEntry } from '@mcp-orchestra/api/audit'

type Detail = NonNullable<AuditEntry['detail']>

/** Stands where a secret was. */
const REDACTED = '[redacted]'

/** Names whose value is a secret, whatever it looks like. */
const SECRET_NAME =
  /secret|password|passphrase|authorization|cookie|(?:access|refresh|id|bearer)_?token|private_?key/i

/** Texts that are a secret wherever they stand: our keys, bearer credentials, JWTs (RFC 7519), PEM keys, userinfo of a URL. */
const SECRET_TEXTS: readonly RegExp[] = [
  /mcpo_(?:live|test)_\w+/g,
  /\b(?:Bearer|Basic) +[\w.~+/=-]{8,}/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
]

/** The detail without secrets. Writers leave them out; people type them into names and reasons. */
export function redactDetail(detail: Detail): Detail {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : typeof value === 'string' ? redactText(value) : value,
    ]),
  )
}

function redactText(text: string): string {
  return SECRET_TEXTS.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}
