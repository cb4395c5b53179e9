import { useLingui } from '@lingui/react/macro'
import type { LedgerAccount } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Select, type Option } from '../../kit/index.ts'
import { trialBalanceQuery } from '../../queries/ledger.ts'
import { useNames } from '../../queries/names.ts'
import { useOrchestra } from '../../session/index.ts'
import { useAccountWords } from './account-words.ts'

/** What Select has for "no filter"; no account is called so. */
const ALL = ''

/** Chooses one account of the ledger; the ones on offer are those of the trial balance. */
export function AccountFilter({
  value,
  onValue,
}: {
  value: string | undefined
  onValue: (account: string | undefined) => void
}) {
  const { t } = useLingui()
  const proof = useQuery(trialBalanceQuery(useOrchestra()))
  const words = useAccountWords(useNames())
  const accounts = namesOf(proof.data?.accounts ?? [], value)
  const options: Option[] = [
    { value: ALL, label: t`All accounts` },
    ...accounts
      .map((name) => ({ value: name, label: words(name) }))
      .toSorted((a, b) => a.label.localeCompare(b.label)),
  ]
  return (
    <Select
      aria-label={t`Account`}
      className="max-sm:w-full sm:w-80"
      options={options}
      value={value ?? ALL}
      onValue={(account) => onValue(account === ALL ? undefined : account)}
    />
  )
}

/** Each name once; what the address asks for is among them. */
function namesOf(accounts: readonly LedgerAccount[], value: string | undefined): readonly string[] {
  const found = new Set(accounts.map(({ name }) => name))
  if (value !== undefined) found.add(value)
  return [...found]
}
