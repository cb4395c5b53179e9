import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  assert,
  instant,
  type Clock,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import canonicalize from 'canonicalize'
import { refuse } from '../problems.ts'
import {
  makeKeyPair,
  privateKeyOf,
  publicJwkOf,
  signEd25519,
  verifyEd25519,
  type PublicJwk,
} from './ed25519.ts'
import type { Seal, SigningKeyStore } from './ports.ts'
import { signingKeyAt, stateOfKey, type SigningKey, type SigningKeyState } from './signing-key.ts'

/** A key is published this long before it signs, in ms: copies of the key set are a day old at most. */
export const PUBLISHED_AHEAD_MS = 86_400_000
/** A key signs for this long before the next one is made, in ms: a quarter. */
export const SIGNS_FOR_MS = 90 * 86_400_000
/** A transaction that began while a key signed ends within it, in ms; then its private half is forgotten. */
export const RETIRES_AFTER_MS = 3_600_000

/** A signature as it travels. */
export type Signature = { readonly alg: 'EdDSA'; readonly kid: string; readonly value: string }
/** Signs the canonical form (RFC 8785) of a document, which says by its `type` what it is. */
export type Sign = (document: { readonly type: string }) => Signature
/** Whether a document is as it was signed here, by a key that was not revoked. */
export type Verify = (document: { readonly type: string }, signature: Signature) => boolean
/** A key and what it is now. */
export type SigningKeyStanding = SigningKey & { readonly state: SigningKeyState }

/** The keys of the platform, and signatures by the one whose turn it is. */
export interface Signer {
  /** Opens the key that signs now; the first one is made when there is none. */
  open(tx: Transaction): Promise<Sign>
  verifier(tx: Transaction): Promise<Verify>
  /** Every public key but the revoked ones. */
  publicKeys(): Promise<PublicJwk[]>
  list(): Promise<SigningKeyStanding[]>
  /** Makes the next key, or answers the one that waits already. Audited. */
  rotate(principal: Principal): Promise<SigningKeyStanding>
  /** Takes a key out of use and out of the published set. Audited. */
  revoke(principal: Principal, kid: string): Promise<SigningKeyStanding>
  /** A job: makes the next key in time and forgets private halves of the past. Returns how many it changed. */
  keepFresh(): Promise<number>
}

/** What the signer is built on. */
export type SignerDeps = {
  readonly transactions: Transactions
  readonly signingKeys: SigningKeyStore
  readonly seal: Seal
  readonly audit: AuditLog
  readonly clock: Clock
}

/** Makes the signer. */
export function createSigner(deps: SignerDeps): Signer {
  const { transactions, signingKeys, seal, audit, clock } = deps

  function standing(key: SigningKey, keys: readonly SigningKey[]): SigningKeyStanding {
    return { ...key, state: stateOfKey(key, keys, clock.now()) }
  }

  async function add(tx: Transaction, aheadMs: number): Promise<SigningKey> {
    const { kid, publicKey, privateKey } = makeKeyPair()
    const now = clock.now()
    const key: SigningKey = {
      kid,
      publicKey,
      sealed: seal.seal(privateKey.toString('base64url'), contextOf(kid)),
      createdAt: now,
      signsFrom: instant(now + aheadMs),
      revokedAt: null,
    }
    await signingKeys.add(tx, key)
    return key
  }

  /** The key that signs now, made when there is none: only a new installation waits for the lock. */
  async function current(tx: Transaction): Promise<SigningKey> {
    const found = signingKeyAt(await signingKeys.all(tx), clock.now())
    if (found !== undefined) return found
    return signingKeyAt(await signingKeys.lockAll(tx), clock.now()) ?? (await add(tx, 0))
  }

  async function published(tx: Transaction): Promise<SigningKey[]> {
    return (await signingKeys.all(tx)).filter(({ revokedAt }) => revokedAt === null)
  }

  async function next(tx: Transaction): Promise<{ key: SigningKey; isNew: boolean }> {
    const keys = await signingKeys.lockAll(tx)
    const waiting = keys.find((key) => stateOfKey(key, keys, clock.now()) === 'next')
    if (waiting !== undefined) return { key: waiting, isNew: false }
    const isFirst = signingKeyAt(keys, clock.now()) === undefined
    return { key: await add(tx, isFirst ? 0 : PUBLISHED_AHEAD_MS), isNew: true }
  }

  function note(tx: Transaction, actor: string, action: string, kid: string): Promise<void> {
    return audit.record(tx, { organizationId: null, actor, action, target: kid })
  }

  return {
    async open(tx) {
      const { kid, publicKey, sealed } = await current(tx)
      assert(sealed !== null, 'a key that signs has its private half')
      const secret = Buffer.from(seal.open(sealed, contextOf(kid)), 'base64url')
      const key = privateKeyOf(secret, publicKey)
      return (document) => {
        const bytes = Buffer.from(canonicalText(document), 'utf8')
        return { alg: 'EdDSA', kid, value: signEd25519(bytes, key).toString('base64url') }
      }
    },
    async verifier(tx) {
      const keys = await published(tx)
      return (document, { kid, value }) => {
        const publicKey = keys.find((key) => key.kid === kid)?.publicKey
        if (publicKey === undefined) return false
        const bytes = Buffer.from(canonicalText(document), 'utf8')
        return verifyEd25519(bytes, Buffer.from(value, 'base64url'), publicKey)
      }
    },
    publicKeys: () =>
      transactions.run(async (tx) =>
        (await published(tx)).map(({ kid, publicKey }) => publicJwkOf(kid, publicKey)),
      ),
    list: () =>
      transactions.run(async (tx) => {
        const keys = await signingKeys.all(tx)
        return keys.map((key) => standing(key, keys))
      }),
    rotate: (principal) =>
      transactions.run(async (tx) => {
        const { key, isNew } = await next(tx)
        if (isNew) await note(tx, actorOf(principal), 'signing_key.made', key.kid)
        return standing(key, await signingKeys.all(tx))
      }),
    revoke: (principal, kid) =>
      transactions.run(async (tx) => {
        const key = (await signingKeys.lockAll(tx)).find((one) => one.kid === kid)
        if (key === undefined) throw refuse('payments.signing_key_not_found')
        if (key.revokedAt === null) {
          await signingKeys.retire(tx, kid, clock.now())
          await note(tx, actorOf(principal), 'signing_key.revoked', kid)
        }
        await current(tx)
        const keys = await signingKeys.all(tx)
        const revoked = keys.find((one) => one.kid === kid)
        assert(revoked !== undefined, 'a key is never deleted')
        return standing(revoked, keys)
      }),
    keepFresh: () =>
      transactions.run(async (tx) => {
        const keys = await signingKeys.lockAll(tx)
        const now = clock.now()
        const signing = signingKeyAt(keys, now)
        const past = keys.filter(
          (key) =>
            key.sealed !== null &&
            signing !== undefined &&
            key.signsFrom < signing.signsFrom &&
            signing.signsFrom + RETIRES_AFTER_MS <= now,
        )
        for (const { kid } of past) await signingKeys.retire(tx, kid, null)
        if (signing !== undefined && signing.signsFrom + SIGNS_FOR_MS > now) return past.length
        const { key, isNew } = await next(tx)
        if (isNew) await note(tx, 'system', 'signing_key.made', key.kid)
        return past.length + (isNew ? 1 : 0)
      }),
  }
}

/** The canonical text of a document (RFC 8785): what is signed. */
export function canonicalText(document: object): string {
  const text = canonicalize(document)
  assert(text !== undefined, 'an object has a canonical form')
  return text
}

function contextOf(kid: string): string {
  return `signing key ${kid}`
}

function actorOf(principal: Principal): string {
  return principal.keyId ?? principal.memberId ?? 'system'
}
