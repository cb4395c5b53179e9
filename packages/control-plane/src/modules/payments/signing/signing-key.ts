import type { Instant } from '@mcp-orchestra/kernel'

/** An Ed25519 key (RFC 8032) of the platform; its private half is sealed, and gone once it has retired. */
export type SigningKey = {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  /** 32 bytes. */
  readonly publicKey: Buffer
  readonly sealed: Buffer | null
  readonly createdAt: Instant
  /** It is published before, so that whoever keeps a copy of the key set has it in time. */
  readonly signsFrom: Instant
  readonly revokedAt: Instant | null
}

/** `next`: published, and its time has not come; `retired`: verifies what it signed, and signs no more. */
export type SigningKeyState = 'next' | 'signing' | 'retired' | 'revoked'

/**
 * The key that signs at a moment: of those that still can, the newest whose time has come. When a clock
 * went back before every one's time it is the oldest: to sign is right whatever the time.
 */
export function signingKeyAt(keys: readonly SigningKey[], at: Instant): SigningKey | undefined {
  const able = keys
    .filter(({ sealed, revokedAt }) => sealed !== null && revokedAt === null)
    .toSorted((a, b) => a.signsFrom - b.signsFrom)
  return able.findLast(({ signsFrom }) => signsFrom <= at) ?? able[0]
}

/** What a key is at a moment, among all keys. */
export function stateOfKey(
  key: SigningKey,
  keys: readonly SigningKey[],
  at: Instant,
): SigningKeyState {
  if (key.revokedAt !== null) return 'revoked'
  if (key.kid === signingKeyAt(keys, at)?.kid) return 'signing'
  return key.signsFrom > at ? 'next' : 'retired'
}
