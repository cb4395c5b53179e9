import { Trans, useLingui } from '@lingui/react/macro'
import { BookOpen, Filter } from 'lucide-react'
import { Button, EmptyState } from '../../kit/index.ts'

/** A journal that nothing has been written in yet. */
export function NoTransfers() {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={BookOpen}
      title={t`Nothing has moved yet`}
      body={t`Top-ups, leases and paid calls appear here. Run the demo: one paid call, from the price to the books.`}
      command="npm run demo"
    />
  )
}

/** Filters that leave nothing. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={Filter}
      title={t`No transfer matches`}
      body={t`A free call moves no money, and a call that has just ended is posted in a moment.`}
      action={
        <Button onClick={onClear}>
          <Trans>Clear filters</Trans>
        </Button>
      }
    />
  )
}
