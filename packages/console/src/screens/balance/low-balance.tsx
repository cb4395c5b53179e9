import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Balance } from '@mcp-orchestra/sdk'
import type { ReactNode } from 'react'
import { Notice } from '../../kit/index.ts'
import { spendable } from '../../queries/spendable.ts'
import { useLastDay } from '../home/last-day.ts'
import { balanceLevel, type BalanceLevel } from './level.ts'

/** Whether the caller's own balance needs attention; undefined while it is not known. */
export function useBalanceLevel(balance: Balance | undefined): BalanceLevel | undefined {
  const day = useLastDay('payer')
  if (balance === undefined || day === undefined) return undefined
  const left = BigInt(spendable(balance).amount)
  return balanceLevel(left, BigInt(day.sumOf(balance.available.asset)))
}

/** Says that the money is gone, or goes soon; nothing otherwise. */
export function LowBalance({
  level,
  actions,
}: {
  level: BalanceLevel | undefined
  actions?: ReactNode
}) {
  const { t } = useLingui()
  if (level === undefined || level.kind === 'fine') return null
  if (level.kind === 'empty') {
    return (
      <Notice tone="warn" title={t`The balance is empty`} actions={actions}>
        <Trans>Calls of priced tools are refused until it is topped up. Free tools work.</Trans>
      </Notice>
    )
  }
  return (
    <Notice tone="warn" title={t`The balance is low`} actions={actions}>
      <Plural
        value={level.hours}
        _0="At the pace of the last day it lasts less than an hour."
        one="At the pace of the last day it lasts about an hour."
        other="At the pace of the last day it lasts about # hours."
      />
    </Notice>
  )
}
