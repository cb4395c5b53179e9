import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Wallet } from 'lucide-react'
import { Money } from '../kit/money.tsx'
import { balanceQuery } from '../queries/own-balance.ts'
import { spendable } from '../queries/spendable.ts'
import { useMay } from '../session/me.ts'
import { core } from '../session/core.ts'

/** What can be spent, always in sight; leads to the balance. */
export function BalanceChip() {
  const { t } = useLingui()
  const may = useMay('balance:read')
  const { data } = useQuery({ ...balanceQuery(core), enabled: may })
  if (!may) return null
  return (
    <Link
      to="/balance"
      aria-label={data === undefined ? t`Balance` : undefined}
      className="inline-flex min-h-(--size-control) min-w-20 items-center gap-2 rounded-md border border-line px-2.5 font-medium hover:bg-hover"
    >
      <Wallet size={15} aria-hidden className="shrink-0 text-muted" />
      {data !== undefined && (
        <>
          <span className="sr-only">{t`Balance:`}</span>
          <Money value={spendable(data)} precision="short" />
        </>
      )}
    </Link>
  )
}
