import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto'
import { assert } from '@mcp-orchestra/kernel'

/** A public key as others read it (RFC 8037 §2). */
export type PublicJwk = {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
}

/** A fresh key: the 32 bytes of each half, and the name of the public one. */
export function makeKeyPair(): { kid: string; publicKey: Buffer; privateKey: Buffer } {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  assert(d !== undefined && x !== undefined, 'an Ed25519 key has both halves')
  const publicKey = Buffer.from(x, 'base64url')
  return { kid: thumbprintOf(publicKey), publicKey, privateKey: Buffer.from(d, 'base64url') }
}

/** RFC 7638 §3 over the members that RFC 8037 §2 requires, base64url. */
export function thumbprintOf(publicKey: Uint8Array): string {
  const x = Buffer.from(publicKey).toString('base64url')
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

/** A private key of its 32 bytes. */
export function privateKeyOf(privateKey: Uint8Array, publicKey: Uint8Array): KeyObject {
  const [d, x] = [privateKey, publicKey].map((bytes) => Buffer.from(bytes).toString('base64url'))
  assert(d !== undefined && x !== undefined, 'both halves are given')
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' })
}

/** RFC 8032 §5.1.6: 64 bytes, the same ones for the same message. */
export function signEd25519(message: Uint8Array, key: KeyObject): Buffer {
  return signBytes(null, message, key)
}

/** RFC 8032 §5.1.7. */
export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verifyBytes(null, message, key, signature)
}

/** A public key for the published set. */
export function publicJwkOf(kid: string, publicKey: Uint8Array): PublicJwk {
  const x = Buffer.from(publicKey).toString('base64url')
  return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' }
}
