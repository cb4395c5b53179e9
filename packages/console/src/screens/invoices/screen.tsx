import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { useMemo } from 'react'
import { Button, Card, EmptyState, Page, ProblemNotice } from '../../kit/index.ts'
import { invoicesQuery } from '../../queries/invoices.ts'
import { useMe, useOrchestra } from '../../session/index.ts'
import { OrganizationFilter } from '../calls/organization-filter.tsx'
import { InvoicesTable } from './invoices-table.tsx'
import { PreviewCard } from './preview-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { validateSearch, type InvoicesSearch } from './search.ts'

export const Route = createLazyRoute('/invoices')({ component: InvoicesScreen })

/** What was paid and earned each month, as documents that never change. */
function InvoicesScreen() {
  const { t } = useLingui()
  const me = useMe()
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const change = (changed: {
    [K in keyof InvoicesSearch]?: InvoicesSearch[K] | undefined
  }): void => {
    const next = validateSearch({ ...search, ...changed })
    void navigate({ to: '/invoices', search: next, replace: true })
  }
  const own = search.organization === undefined || search.organization === me.organization.id
  const organizationId = own ? undefined : search.organization
  return (
    <Page
      title={t`Invoices`}
      lead={
        <Trans>
          What was paid and earned each month, to the last digit. Calls are paid when they are made:
          nothing is due.
        </Trans>
      }
    >
      <OrganizationFilter
        className="max-sm:w-full sm:w-80"
        value={search.organization}
        onValue={(organization) => change({ organization })}
      />
      <Documents organizationId={organizationId} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <ProfileCard
          key={organizationId ?? 'own'}
          organizationId={organizationId}
          editing={search.dialog === 'profile'}
          onEditing={(editing) => change({ dialog: editing ? 'profile' : undefined })}
        />
        <PreviewCard
          side={search.side ?? 'payer'}
          organizationId={organizationId}
          onSide={(side) => change({ side })}
        />
      </div>
    </Page>
  )
}

function Documents({ organizationId }: { organizationId: string | undefined }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const list = useInfiniteQuery(invoicesQuery(useOrchestra(), organizationId))
  const invoices = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  if (list.error !== null && invoices.length === 0) {
    return <ProblemNotice problem={list.error} retry={() => void list.refetch()} />
  }
  return (
    <Card flush>
      <InvoicesTable
        invoices={invoices}
        loading={list.isPending}
        onOpen={({ id }) => void navigate({ to: '/invoices/$id', params: { id } })}
        empty={
          <EmptyState
            icon={FileText}
            title={t`No invoice yet`}
            body={t`Each night the invoices of the month before are written, for who has said name and address.`}
            command="orchestra invoices preview"
          />
        }
      />
      {invoices.length > 0 && (
        <div className="flex min-h-12 flex-wrap items-center justify-between gap-3 border-t border-line px-(--size-card-pad) py-2 text-sm text-muted">
          <span>
            <Plural value={invoices.length} one="# document shown" other="# documents shown" />
          </span>
          {list.hasNextPage && (
            <Button
              size="sm"
              busy={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              <Trans>Load more</Trans>
            </Button>
          )}
        </div>
      )}
    </Card>
  )
}
