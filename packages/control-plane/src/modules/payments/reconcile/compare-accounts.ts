import type { AssetId } from '@mcp-orchestra/kernel'
import {
  balanceOf,
  parseAccountName,
  rulesOf,
  type AccountName,
  type AccountSums,
  type Difference,
} from '../../ledger/index.ts'
import type { Finding } from './check.ts'

/**
 * What the ledger's accounts say about themselves: per asset they sum to zero, each balance is what its
 * transfers say, none is on its forbidden side, and what is owed is covered. One fault is one finding:
 * all but the second go by the transfers, so that a wrong balance does not show up again in a sum.
 */
export function compareAccounts(accounts: readonly Difference[]): Finding[] {
  return [
    ...accounts.flatMap(balanceFinding),
    ...accounts.flatMap(limitFinding),
    ...sumFindings(accounts),
    ...coverFindings(accounts),
  ]
}

function balanceFinding({ name, asset, projected, rebuilt }: Difference): Finding[] {
  const fields = ['debitsPosted', 'creditsPosted', 'debitsHeld', 'creditsHeld'] as const
  const wrong = fields.find((field) => projected[field] !== rebuilt[field])
  if (wrong === undefined) return []
  const [expected, found] = [rebuilt[wrong], projected[wrong]]
  return [{ check: 'balance_differs', ...aboutOf(name), asset, expected, found, note: wrong }]
}

function limitFinding({ name, asset, rebuilt }: Difference): Finding[] {
  const { debitLimited, creditLimited } = rulesOf(name)
  const { debitsPosted, creditsPosted, debitsHeld, creditsHeld } = rebuilt
  const [most, taken] = debitLimited
    ? [creditsPosted, debitsPosted + debitsHeld]
    : [debitsPosted, creditsPosted + creditsHeld]
  if ((!debitLimited && !creditLimited) || taken <= most) return []
  const note = 'the most that may be taken, and what was'
  return [{ check: 'limit_broken', ...aboutOf(name), asset, expected: most, found: taken, note }]
}

function sumFindings(accounts: readonly Difference[]): Finding[] {
  const sums = new Map<AssetId, bigint>()
  for (const { asset, rebuilt: r } of accounts) {
    const net = r.creditsPosted + r.creditsHeld - r.debitsPosted - r.debitsHeld
    sums.set(asset, (sums.get(asset) ?? 0n) + net)
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([asset, found]) => ({
      check: 'books_unbalanced',
      subject: asset,
      organizationId: null,
      asset,
      expected: 0n,
      found,
      note: 'credits minus debits over all accounts',
    }))
}

/** Owed: to organizations, publishers and tax offices. Held: at rails, owed to us, and exchanged. */
function coverFindings(accounts: readonly Difference[]): Finding[] {
  const owed = new Map<AssetId, bigint>()
  const held = new Map<AssetId, bigint>()
  for (const { name, asset, rebuilt } of accounts) {
    const { posted } = balanceOf(rebuilt)
    if (/^(org|publisher|tax):/.test(name)) owed.set(asset, (owed.get(asset) ?? 0n) + posted)
    if (/^(rail:|receivable:|platform:(top_ups|quotes:))/.test(name)) {
      held.set(asset, (held.get(asset) ?? 0n) - posted)
    }
  }
  return [...owed].flatMap(([asset, liabilities]): Finding[] => {
    const cover = held.get(asset) ?? 0n
    if (liabilities <= cover) return []
    const note = 'what is held, and what is owed'
    const about = { subject: asset, organizationId: null, asset }
    return [{ check: 'liabilities_uncovered', ...about, expected: cover, found: liabilities, note }]
  })
}

/** What a finding says of its account. */
export function aboutOf(name: AccountName): Pick<Finding, 'subject' | 'organizationId'> {
  return { subject: name, organizationId: parseAccountName(name)?.organizationId ?? null }
}

/** What each account of an asset holds by its transfers. */
export function postedByTransfers(
  accounts: readonly Difference[],
): (name: AccountName, asset: AssetId) => bigint {
  const sums = new Map<string, AccountSums>(
    accounts.map(({ name, asset, rebuilt }) => [`${asset} ${name}`, rebuilt]),
  )
  return (name, asset) => {
    const found = sums.get(`${asset} ${name}`)
    return found === undefined ? 0n : balanceOf(found).posted
  }
}
