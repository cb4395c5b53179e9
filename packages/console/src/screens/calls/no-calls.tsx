import { Trans, useLingui } from '@lingui/react/macro'
import { Activity, Filter, Play } from 'lucide-react'
import { Button, EmptyState, LinkButton } from '../../kit/index.ts'
import type { CallsSearch } from './search.ts'

/** Stands in the place of no calls: how to make the first one, or how to see those that a filter hides. */
export function NoCalls({
  search,
  loaded,
  onClear,
}: {
  search: CallsSearch
  loaded: number
  onClear: (...names: (keyof CallsSearch)[]) => void
}) {
  const { t } = useLingui()
  const names = ['q', 'side', 'organization', 'server', 'tool', 'outcome', 'from', 'to'] as const
  if (names.some((name) => search[name] !== undefined)) {
    return (
      <EmptyState
        icon={Filter}
        title={t`No call matches`}
        body={
          loaded > 0
            ? t`The text is looked for in the ${loaded} calls that were loaded.`
            : t`New calls that match appear here.`
        }
        action={
          <Button onClick={() => onClear(...names)}>
            <Trans>Clear filters</Trans>
          </Button>
        }
      />
    )
  }
  return (
    <EmptyState
      icon={Activity}
      title={t`No calls yet`}
      body={t`A call appears here the moment it is posted. Make the first one in the playground, or with your own client.`}
      action={
        <>
          <LinkButton variant="primary" to="/playground" icon={Play}>
            <Trans>Open the playground</Trans>
          </LinkButton>
          <LinkButton to="/connect">
            <Trans>Connect a client</Trans>
          </LinkButton>
        </>
      }
    />
  )
}
