import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ReceiptKeys, SignedReceipt } from '../documents.ts'
import { verifyReceipt } from './verify-receipt.ts'

type Key = { readonly kid: string; readonly secret: KeyObject; readonly jwks: ReceiptKeys }

function makeKey(kid: string): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' } as const
  return { kid, secret: privateKey, jwks: { keys: [jwk] } }
}

const KEY = makeKey('key-1')

function sha256(...parts: Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

/** Root and path by the recursive definitions of RFC 9162 §2.1, independent of the code under test. */
function treeOf(leaves: readonly Buffer[], index: number): { root: Buffer; path: Buffer[] } {
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) {
    return { root: sha256(Buffer.of(0), only), path: [] }
  }
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1))
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  const l = treeOf(left, index)
  const r = treeOf(right, index - split)
  const root = sha256(Buffer.of(1), l.root, r.root)
  return { root, path: index < split ? [...l.path, r.root] : [...r.path, l.root] }
}

function receiptOf(size = 5, index = 2, more: object = {}): SignedReceipt['receipt'] {
  const leaves = Array.from({ length: size }, (_, at) => sha256(Buffer.from(`record ${at}`)))
  const { root, path } = treeOf(leaves, index)
  return {
    type: 'io.mcp-orchestra/receipt/v1',
    issuer: 'https://mcp.example',
    eventId: 'evt_01kp0000000000000000000000',
    at: '2026-11-22T12:30:00.000Z',
    payerId: 'org_01kp0000000000000000000001',
    publisherId: 'org_01kp0000000000000000000002',
    serverId: 'srv_01kp0000000000000000000003',
    method: 'tools/call',
    tool: 'écho €',
    toolHash: 'ab'.repeat(32),
    outcome: 'complete',
    disposition: 'posted',
    purchaseId: null,
    priceId: 'prc_01kp0000000000000000000004',
    priceVersion: 3,
    units: { request: '1' },
    amount: '1000000000000001',
    asset: 'USD',
    split: [
      {
        role: 'publisher',
        organizationId: 'org_01kp0000000000000000000002',
        amount: '975000000000001',
      },
      { role: 'platform', organizationId: null, amount: '25000000000000' },
    ],
    transferId: 'txn_01kp0000000000000000000005',
    journal: {
      incarnationId: 'inc_01kp0000000000000000000006',
      seq: 11 + index,
      recordHash: leaves[index]?.toString('hex') ?? '',
    },
    batch: {
      firstSeq: 11,
      lastSeq: 10 + size,
      merkleRoot: root.toString('hex'),
      path: path.map((hash) => hash.toString('hex')),
      appliedAt: '2026-11-22T12:30:01.000Z',
    },
    ...more,
  }
}

function signed(receipt: object, { kid, secret }: Key = KEY): string {
  const value = sign(null, Buffer.from(canonicalize(receipt) ?? ''), secret).toString('base64url')
  return canonicalize({ receipt, signature: { alg: 'EdDSA', kid, value } }) ?? ''
}

const verify = (document: string, keys = KEY.jwks) => verifyReceipt(document, keys)
const REFUSED = { verified: false }

describe('a receipt', () => {
  test('verifies by the key that signed it, as text and as a document', async () => {
    const text = signed(receiptOf())
    const verdict = await verify(text)
    expect(verdict).toMatchObject({ verified: true, kid: 'key-1', receipt: { tool: 'écho €' } })
    expect(await verify(`${text}\n`)).toMatchObject({ verified: true })
    expect(await verifyReceipt(JSON.parse(text) as SignedReceipt, KEY.jwks)).toEqual(verdict)
  })

  test('with any byte changed, dropped or added does not verify', async () => {
    const bytes = Buffer.from(signed(receiptOf()))
    const change = fc.oneof(
      fc.record({
        at: fc.nat(bytes.length - 1),
        drop: fc.constant(1),
        add: fc.constant<number[]>([]),
      }),
      fc.record({
        at: fc.nat(bytes.length - 1),
        drop: fc.constantFrom(0, 1),
        add: fc.array(fc.nat(255), { minLength: 1, maxLength: 2 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(change, async ({ at, drop, add }) => {
        const changed = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(add),
          bytes.subarray(at + drop),
        ])
        fc.pre(!changed.equals(bytes))
        expect(await verify(changed.toString('utf8'))).toMatchObject(REFUSED)
      }),
      { numRuns: 500 },
    )
  })

  test('with every single bit of it flipped does not verify', async () => {
    const bytes = Buffer.from(signed(receiptOf(1, 0)))
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7))
      const verdict = await verify(changed.toString('utf8'))
      expect(verdict, `byte ${at}`).toMatchObject(REFUSED)
    }
  })

  test('with any member changed, dropped or added does not verify', async () => {
    const document = JSON.parse(signed(receiptOf())) as SignedReceipt
    const names = Object.keys(document.receipt) as (keyof SignedReceipt['receipt'])[]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
        fc.pre(canonicalize(document.receipt[name]) !== canonicalize(value))
        const receipt = { ...document.receipt, [name]: value } as SignedReceipt['receipt']
        expect(await verifyReceipt({ ...document, receipt }, KEY.jwks)).toMatchObject(REFUSED)
      }),
    )
    for (const name of names) {
      const { [name]: _dropped, ...rest } = document.receipt
      const text = canonicalize({ ...document, receipt: rest }) ?? ''
      expect(await verify(text), `without ${name}`).toMatchObject(REFUSED)
    }
    for (const extra of [
      { ...document, note: 1 },
      { ...document, receipt: { ...document.receipt, note: 1 } },
      { ...document, signature: { ...document.signature, note: 1 } },
    ]) {
      expect(await verify(canonicalize(extra) ?? '')).toMatchObject(REFUSED)
    }
  })

  test.each([
    ['spaces', (text: string) => text.replace('{"receipt"', '{ "receipt"')],
    ['an escape', (text: string) => text.replace('tools/call', String.raw`tools\/call`)],
    ['a member twice', (text: string) => text.replace('{"amount"', '{"amount":"1","amount"')],
    ['nothing', () => ''],
  ])('that was rewritten with %s is not in its canonical form', async (_, rewrite) => {
    const text = signed(receiptOf())
    expect(rewrite(text)).not.toBe(text)
    expect(await verify(rewrite(text))).toMatchObject(REFUSED)
  })

  test('of another key, an unknown one or another kind of document does not verify', async () => {
    const stranger = makeKey('key-1')
    expect(await verify(signed(receiptOf(), stranger))).toMatchObject(REFUSED)
    expect(await verify(signed(receiptOf()), { keys: [] })).toMatchObject({
      reason: expect.stringContaining('key-1') as unknown,
    })
    const quote = receiptOf(5, 2, { type: 'io.mcp-orchestra/quote/v1' })
    expect(await verify(signed(quote))).toMatchObject({
      reason: expect.stringContaining('not a receipt') as unknown,
    })
  })

  test('verifies by a set that holds the keys before and after a rotation', async () => {
    const next = makeKey('key-2')
    const keys = { keys: [...next.jwks.keys, ...KEY.jwks.keys] }
    expect(await verify(signed(receiptOf()), keys)).toMatchObject({ kid: 'key-1' })
    expect(await verify(signed(receiptOf(), next), keys)).toMatchObject({ kid: 'key-2' })
    expect(await verify(signed(receiptOf(), next))).toMatchObject(REFUSED)
  })

  test('whose parts do not sum to the amount does not verify, whoever signed it', async () => {
    for (const amount of ['1000000000000000', '0']) {
      const verdict = await verify(signed(receiptOf(5, 2, { amount })))
      expect(verdict).toMatchObject({ reason: 'The parts do not sum to the amount.' })
    }
    const free = receiptOf(5, 2, { amount: '0', split: [] })
    expect(await verify(signed(free))).toMatchObject({ verified: true })
  })

  test.each([{ amount: 1 }, { split: 'all' }, { journal: null }, { batch: { path: 7 } }])(
    'that is signed and is none (%j) does not verify',
    async (more) => {
      expect(await verify(signed(receiptOf(5, 2, more)))).toMatchObject(REFUSED)
    },
  )
})

describe('the path of a batch', () => {
  const places = fc
    .integer({ min: 1, max: 70 })
    .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)))

  test('proves the membership of its own record, in batches of every size', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ([size, index]) => {
        expect(await verify(signed(receiptOf(size, index)))).toMatchObject({ verified: true })
      }),
    )
  })

  test('proves nothing else: no other record, place or root', async () => {
    await fc.assert(
      fc.asyncProperty(places, fc.nat(), async ([size, index], pick) => {
        const { journal, batch } = receiptOf(size, index)
        const other = receiptOf(size, pick % size)
        const wrong = [
          { journal: { ...journal, recordHash: sha256(Buffer.from('another')).toString('hex') } },
          { journal: { ...journal, seq: journal.seq + size } },
          { journal: { ...journal, seq: journal.seq - size } },
          { batch: { ...batch, path: [...batch.path, 'ab'.repeat(32)] } },
          { batch: { ...batch, merkleRoot: journal.recordHash } },
          ...(pick % size === index ? [] : [{ journal: other.journal }, { batch: other.batch }]),
          ...(batch.path.length === 0 ? [] : [{ batch: { ...batch, path: batch.path.slice(1) } }]),
        ]
        for (const more of wrong) {
          const verdict = await verify(signed(receiptOf(size, index, more)))
          expect(verdict, `with ${JSON.stringify(more)}`).toMatchObject(REFUSED)
        }
      }),
    )
  })
})
