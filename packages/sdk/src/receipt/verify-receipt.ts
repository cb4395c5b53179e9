import canonicalize from 'canonicalize'
import type { ReceiptKeys, SignedReceipt } from '../documents.ts'
import { isRecord } from '../problem.ts'
import { rootOfPath } from './merkle-path.ts'

/** What a receipt says that it is; nothing else that the platform signs says so. */
const RECEIPT_TYPE = 'io.mcp-orchestra/receipt/v1'

/** What was found; `reason` is a sentence about the first thing that does not hold. */
export type ReceiptVerdict =
  | { readonly verified: true; readonly receipt: SignedReceipt['receipt']; readonly kid: string }
  | { readonly verified: false; readonly reason: string }

class Refused extends Error {}

/**
 * Checks a receipt with nothing but the public keys: its exact form, the Ed25519 signature (RFC 8032) over the
 * canonical form (RFC 8785), that its parts sum to the amount, and that its record is in the batch (RFC 9162).
 * `document` is a receipt, or the text of one, which must then be canonical to the last byte. Asks nobody.
 */
export async function verifyReceipt(
  document: string | SignedReceipt,
  keys: ReceiptKeys,
): Promise<ReceiptVerdict> {
  try {
    return await verify(document, keys)
  } catch (error) {
    if (error instanceof Refused) return { verified: false, reason: error.message }
    throw error
  }
}

async function verify(
  document: string | SignedReceipt,
  keys: ReceiptKeys,
): Promise<ReceiptVerdict> {
  const signed = typeof document === 'string' ? parsed(document) : document
  const { receipt, signature } = envelopeOf(signed)
  const { kid, value } = signatureOf(signature)
  await requireSignature(textOf(receipt), { kid, value }, keys)
  // From here on it is what the platform wrote; what does not hold now, the platform got wrong.
  if (receipt['type'] !== RECEIPT_TYPE) throw new Refused('It is signed, but it is not a receipt.')
  if (!isBody(receipt))
    throw new Refused('It is signed, but its members are not those of a receipt.')
  const body = receipt
  requireSplit(body)
  await requireMembership(body)
  return { verified: true, receipt: body, kid }
}

function parsed(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refused('It is not JSON.')
  }
  // A line feed at the end is what editors and terminals add.
  if (textOf(value) !== text.replace(/\n$/, '')) {
    throw new Refused('It is not in the canonical form of RFC 8785: something rewrote it.')
  }
  return value
}

function textOf(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch {
    text = undefined
  }
  if (text === undefined) throw new Refused('It has no canonical form.')
  return text
}

function envelopeOf(signed: unknown) {
  if (!isRecord(signed) || !hasExactly(signed, ['receipt', 'signature'])) {
    throw new Refused('It does not consist of a receipt and a signature.')
  }
  const { receipt, signature } = signed
  if (!isRecord(receipt) || !isRecord(signature)) {
    throw new Refused('It does not consist of a receipt and a signature.')
  }
  return { receipt, signature }
}

function signatureOf(signature: Record<string, unknown>): { kid: string; value: string } {
  const { alg, kid, value } = signature
  if (
    !hasExactly(signature, ['alg', 'kid', 'value']) ||
    alg !== 'EdDSA' ||
    typeof kid !== 'string' ||
    typeof value !== 'string'
  ) {
    throw new Refused('The signature is not one of Ed25519.')
  }
  return { kid, value }
}

function hasExactly(value: Record<string, unknown>, names: readonly string[]): boolean {
  const own = Object.keys(value)
  return own.length === names.length && names.every((name) => own.includes(name))
}

async function requireSignature(
  text: string,
  { kid, value }: { kid: string; value: string },
  keys: ReceiptKeys,
): Promise<void> {
  const jwk = keys.keys.find((key) => key.kid === kid)
  if (jwk === undefined) throw new Refused(`No key ${kid} is among the keys that were given.`)
  const signature = base64UrlBytes(value)
  const x = base64UrlBytes(jwk.x)
  if (signature === undefined || x === undefined || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') {
    throw new Refused('The signature or its key is malformed.')
  }
  const key = await crypto.subtle.importKey('raw', x, { name: 'Ed25519' }, false, ['verify'])
  const bytes = new TextEncoder().encode(text)
  if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, bytes))) {
    throw new Refused('The signature does not belong to this receipt: something was changed.')
  }
}

/** Undefined when there is another, shorter or padded way to write the same bytes. */
function base64UrlBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const again = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  return again === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined
}

function isBody(receipt: Record<string, unknown>): receipt is SignedReceipt['receipt'] {
  const { amount, split, journal, batch } = receipt
  if (!isRecord(journal) || !isRecord(batch) || !Array.isArray(split)) return false
  return (
    [amount, ...split.map((part) => (isRecord(part) ? part['amount'] : undefined))].every(
      isAmount,
    ) &&
    [journal['recordHash'], batch['merkleRoot'], ...listOf(batch['path'])].every(isDigest) &&
    [journal['seq'], batch['firstSeq'], batch['lastSeq']].every(Number.isSafeInteger)
  )
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [undefined]
}

function isAmount(value: unknown): boolean {
  return typeof value === 'string' && /^(0|[1-9]\d{0,37})$/.test(value)
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function requireSplit({ amount, split }: SignedReceipt['receipt']): void {
  const sum = split.reduce((total, part) => total + BigInt(part.amount), 0n)
  if (sum !== BigInt(amount)) throw new Refused('The parts do not sum to the amount.')
}

async function requireMembership({ journal, batch }: SignedReceipt['receipt']): Promise<void> {
  const index = journal.seq - batch.firstSeq
  const size = batch.lastSeq - batch.firstSeq + 1
  const root = await rootOfPath(journal.recordHash, index, size, batch.path)
  if (root !== batch.merkleRoot) throw new Refused('The record is not in the batch that is named.')
}
