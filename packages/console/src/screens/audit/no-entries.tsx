import { Trans, useLingui } from '@lingui/react/macro'
import { Filter, History } from 'lucide-react'
import { Button, EmptyState } from '../../kit/index.ts'

/** Stands in the place of no entries: what will appear, or how to see those that a filter hides. */
export function NoEntries({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useLingui()
  if (!filtered) {
    return (
      <EmptyState
        icon={History}
        title={t`Nothing has been written down yet`}
        body={t`Every change of keys, servers, prices, caps and accounts appears here, and what gateways refused.`}
      />
    )
  }
  return (
    <EmptyState
      icon={Filter}
      title={t`No entry matches`}
      body={t`Try a wider range of days, or another action.`}
      action={
        <Button onClick={onClear}>
          <Trans>Clear filters</Trans>
        </Button>
      }
    />
  )
}
