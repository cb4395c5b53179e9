import { assetId, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountNames, type AccountName } from '../account-name.ts'
import { codeOf, usd, type LedgerBench } from '../testing.ts'
import type { TransferRequest } from '../transfer.ts'

/** What every store of the ledger keeps; run it on each. */
export function storeContract(name: string, start: () => Promise<LedgerBench>): void {
  describe(`a ledger on ${name}`, () => {
    let bench: LedgerBench
    let payer: AccountName
    let publisher: AccountName
    let org: Id<'org'>
    const topUps = accountNames.platform('top_ups')
    const fees = accountNames.platform('fees')

    beforeAll(async () => {
      bench = await start()
    })
    afterAll(async () => {
      await bench.stop()
    })
    beforeEach(async () => {
      org = bench.ids.make('org')
      payer = accountNames.available(org)
      publisher = accountNames.accrued(bench.ids.make('org'))
      await run((tx) => bench.ledger.openAccounts(tx, [payer, publisher, topUps, fees]))
      await post(transfer(topUps, payer, 100n))
    })

    const run: LedgerBench['database']['transactions']['run'] = (work) =>
      bench.database.transactions.run(work)
    const transfer = (
      debit: AccountName,
      credit: AccountName,
      amount: bigint,
    ): TransferRequest => ({
      id: bench.ids.make('txn'),
      debit,
      credit,
      amount: usd(amount),
    })
    const post = (...transfers: TransferRequest[]) => run((tx) => bench.ledger.post(tx, transfers))
    const posted = async (account: AccountName) =>
      (await bench.ledger.balance(undefined, account)).posted

    test('moves what was asked for and answers in the order asked', async () => {
      const asked = [transfer(payer, publisher, 30n), transfer(payer, fees, 5n)]
      expect(await post(...asked)).toEqual(asked.map(({ id }) => ({ id, applied: true })))
      expect(await posted(payer)).toBe(65n)
      expect(await posted(publisher)).toBe(30n)
    })

    test('opening an open account changes nothing', async () => {
      await run((tx) => bench.ledger.openAccount(tx, payer))
      expect(await posted(payer)).toBe(100n)
    })

    test('a replay moves nothing, alone or among others', async () => {
      const first = transfer(payer, publisher, 30n)
      const second = transfer(payer, publisher, 7n)
      await post(first)
      expect(await post(second, first, second)).toEqual([
        { id: second.id, applied: true },
        { id: first.id, applied: false },
        { id: second.id, applied: false },
      ])
      expect(await posted(payer)).toBe(63n)
    })

    test.each([
      ['amount', { amount: usd(31n) }],
      ['reference', { reference: 'else' }],
      ['link', { link: '00000000-0000-4000-8000-000000000001' }],
    ])('the same id with another %s is a conflict', async (_, change) => {
      const first = transfer(payer, publisher, 30n)
      await post(first)
      expect(await codeOf(post({ ...first, ...change }))).toBe('ledger.transfer_conflict')
      expect(await codeOf(post({ ...first, id: bench.ids.make('txn') }, first))).toBe('done')
    })

    test('the same id twice in one call with other content is a conflict', async () => {
      const first = transfer(payer, publisher, 30n)
      expect(await codeOf(post(first, { ...first, amount: usd(1n) }))).toBe(
        'ledger.transfer_conflict',
      )
      expect(await posted(payer)).toBe(100n)
    })

    test('an overdraft is refused, and with it all that was asked together', async () => {
      const work = post(transfer(payer, fees, 1n), transfer(payer, publisher, 100n))
      expect(await codeOf(work)).toBe('ledger.insufficient_funds')
      expect(await posted(payer)).toBe(100n)
      expect(await posted(publisher)).toBe(0n)
    })

    test('what comes and goes in one call counts once, together', async () => {
      await post(transfer(payer, publisher, 150n), transfer(topUps, payer, 50n))
      expect(await posted(payer)).toBe(0n)
    })

    test('nothing, less than nothing, and a payment to oneself are refused', async () => {
      for (const request of [
        transfer(payer, publisher, 0n),
        transfer(payer, publisher, -1n),
        transfer(payer, payer, 1n),
        { ...transfer(payer, publisher, 1n), link: 'no uuid' },
        { ...transfer(payer, publisher, 1n), reference: '' },
      ]) {
        expect(await codeOf(post(request))).toBe('ledger.invalid_transfer')
      }
      expect(await post()).toEqual([])
    })

    test('an account that is not open and an asset that is not kept are named', async () => {
      const stranger = accountNames.payable(bench.ids.make('org'))
      expect(await codeOf(post(transfer(payer, stranger, 1n)))).toBe('ledger.unknown_account')
      const doge = { amount: 1n, asset: assetId('DOGE') }
      expect(await codeOf(post({ ...transfer(payer, publisher, 1n), amount: doge }))).toBe(
        'ledger.unknown_asset',
      )
      const opening = run((tx) => bench.ledger.openAccount(tx, payer, doge.asset))
      expect(await codeOf(opening)).toBe('ledger.unknown_asset')
      expect(await bench.ledger.balance(undefined, stranger)).toEqual({
        posted: 0n,
        held: 0n,
        available: 0n,
      })
    })

    test('a transaction sees its own postings before anyone else does', async () => {
      await run(async (tx) => {
        await bench.ledger.post(tx, [transfer(payer, publisher, 40n)])
        expect((await bench.ledger.balance(tx, payer)).posted).toBe(60n)
        expect(await posted(payer)).toBe(100n)
      })
      const both = await bench.ledger.balances(undefined, [payer, publisher])
      expect([...both.values()].map((balance) => balance.posted)).toEqual([60n, 40n])
    })

    describe('holds', () => {
      const hold = async (amount: bigint) => {
        const request = transfer(payer, publisher, amount)
        await run((tx) => bench.ledger.hold(tx, request))
        return request.id
      }
      const postHold = (holdId: Id<'txn'>, amount: bigint, id = bench.ids.make('txn')) =>
        run((tx) => bench.ledger.postHold(tx, { id, holdId, amount: usd(amount) }))
      const voidHold = (holdId: Id<'txn'>, id = bench.ids.make('txn')) =>
        run((tx) => bench.ledger.voidHold(tx, { id, holdId }))

      test('set money aside that nobody else can spend', async () => {
        await hold(70n)
        expect(await bench.ledger.balance(undefined, payer)).toEqual({
          posted: 100n,
          held: 70n,
          available: 30n,
        })
        expect(await codeOf(post(transfer(payer, fees, 31n)))).toBe('ledger.insufficient_funds')
        expect(await codeOf(hold(31n))).toBe('ledger.insufficient_funds')
        expect(await posted(publisher)).toBe(0n)
      })

      test('are posted in part, and the rest is free again', async () => {
        const id = await hold(70n)
        expect(await postHold(id, 20n)).toMatchObject({ applied: true })
        expect(await bench.ledger.balance(undefined, payer)).toEqual({
          posted: 80n,
          held: 0n,
          available: 80n,
        })
        expect(await posted(publisher)).toBe(20n)
      })

      test('are resolved once', async () => {
        const id = await hold(70n)
        const resolution = bench.ids.make('txn')
        expect(await voidHold(id, resolution)).toEqual({ id: resolution, applied: true })
        expect(await voidHold(id, resolution)).toEqual({ id: resolution, applied: false })
        expect(await codeOf(voidHold(id))).toBe('ledger.hold_resolved')
        expect(await codeOf(postHold(id, 1n))).toBe('ledger.hold_resolved')
        expect(await codeOf(postHold(id, 70n, resolution))).toBe('ledger.transfer_conflict')
        expect(await posted(payer)).toBe(100n)
      })

      test('are replayed with the same content only', async () => {
        const id = await hold(10n)
        const resolution = bench.ids.make('txn')
        await postHold(id, 4n, resolution)
        expect(await postHold(id, 4n, resolution)).toMatchObject({ applied: false })
        expect(await codeOf(postHold(id, 5n, resolution))).toBe('ledger.transfer_conflict')
        expect(await posted(payer)).toBe(96n)
      })

      test('cannot be posted beyond their amount, nor invented', async () => {
        const id = await hold(10n)
        expect(await codeOf(postHold(id, 11n))).toBe('ledger.hold_exceeded')
        expect(await codeOf(postHold(bench.ids.make('txn'), 1n))).toBe('ledger.unknown_hold')
        const plain = transfer(payer, publisher, 5n)
        await post(plain)
        expect(await codeOf(postHold(plain.id, 5n))).toBe('ledger.unknown_hold')
        expect(await codeOf(voidHold(plain.id))).toBe('ledger.unknown_hold')
      })
    })

    test('transfers are read newest first, page by page, by account, link and organization', async () => {
      const link = '00000000-0000-7000-8000-0000000000aa'
      const asked = [1n, 2n, 3n].map((amount) => ({
        ...transfer(payer, publisher, amount),
        reference: `part ${amount}`,
      }))
      for (const request of asked) await post(request)
      await post({ ...transfer(payer, fees, 9n), link })
      const firstPage = await bench.ledger.transfers({ account: publisher, limit: 2 })
      expect(firstPage.map(({ amount }) => amount.amount)).toEqual([3n, 2n])
      expect(firstPage[0]).toMatchObject({ debit: payer, reference: 'part 3', kind: 'X' })
      const last = firstPage.at(-1)
      expect(last).toBeDefined()
      const secondPage = await bench.ledger.transfers({
        account: publisher,
        ...(last === undefined ? {} : { beforeSeq: last.seq }),
      })
      expect(secondPage.map(({ amount }) => amount.amount)).toEqual([1n])
      expect(await bench.ledger.transfers({ link })).toHaveLength(1)
      expect(await bench.ledger.transfers({ account: fees, organizationId: org })).toHaveLength(1)
      expect(await bench.ledger.transfers({ account: payer, organizationId: org })).toHaveLength(5)
      expect(await bench.ledger.transfers({ organizationId: org })).toHaveLength(5)
      expect(await bench.ledger.transfers({ ids: asked.map(({ id }) => id) })).toHaveLength(3)
    })

    test('a transfer is found together with those that share its link', async () => {
      const link = '00000000-0000-7000-8000-0000000000ab'
      const legs = [transfer(payer, publisher, 2n), transfer(payer, fees, 1n)]
      await post(...legs.map((leg) => ({ ...leg, link })), transfer(payer, fees, 1n))
      const [first] = legs
      if (first === undefined) throw new Error('no leg')
      const together = await bench.ledger.transfers({ togetherWith: first.id })
      expect(together.map(({ id }) => id).toSorted()).toEqual(legs.map(({ id }) => id).toSorted())
      const stranger = bench.ids.make('org')
      const seen = { togetherWith: first.id, organizationId: stranger }
      expect(await bench.ledger.transfers(seen)).toEqual([])
    })

    test('accounts are listed by name, and an organization sees only its own', async () => {
      const own = await bench.ledger.accounts({ organizationId: org })
      expect(own.map(({ name: found }) => found)).toEqual([payer])
      const all = await bench.ledger.accounts({ limit: 3 })
      const next = await bench.ledger.accounts({ limit: 1, afterName: all[0]?.name ?? '' })
      expect(next[0]?.name).toBe(all[1]?.name)
    })

    test('the books balance, and the projections are what the transfers say', async () => {
      const { sums, rebuilt, rows } = await bench.ledger.trialBalance()
      expect([...sums.values()]).toEqual([0n])
      expect(rebuilt).toEqual([])
      expect(rows.length).toBeGreaterThan(2)
    })
  })
}
