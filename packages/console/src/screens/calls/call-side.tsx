import { useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { ArrowDownLeft, ArrowUpRight, RotateCw } from 'lucide-react'

/** Whether a call cost the organization, earned it something, or stayed within it. */
export function CallSide({ call, organizationId }: { call: UsageEvent; organizationId: string }) {
  const { t } = useLingui()
  const pays = call.payerId === organizationId
  const earns = call.publisherId === organizationId
  const [Shape, label] =
    pays && earns
      ? [RotateCw, t`Own server`]
      : pays
        ? [ArrowUpRight, t`Spending`]
        : [ArrowDownLeft, t`Earning`]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
      <Shape size={14} aria-hidden />
      {label}
    </span>
  )
}
