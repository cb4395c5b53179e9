import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Button, Card, LinkButton, Page, ProblemNotice } from '../../kit/index.ts'
import { balanceQuery } from '../../queries/own-balance.ts'
import { recentTransfersQuery } from '../../queries/ledger.ts'
import { useMay, useMe, useOrchestra } from '../../session/index.ts'
import { OrganizationFilter } from '../calls/organization-filter.tsx'
import { TransfersTable } from '../journal/transfers-table.tsx'
import { CapsCard } from './caps-card.tsx'
import { BalanceFigures } from './figures.tsx'
import { LeasesCard } from './leases-card.tsx'
import { LowBalance, useBalanceLevel } from './low-balance.tsx'
import { PlatformFees } from './platform-fees.tsx'
import { validateSearch, type BalanceSearch } from './search.ts'
import { StopCard } from './stop-card.tsx'
import { TopUpDialog } from './top-up.tsx'

export const Route = createLazyRoute('/balance')({ component: BalanceScreen })

/** What the organization has, what limits its spending, and what moved lately. */
function BalanceScreen() {
  const { t } = useLingui()
  const me = useMe()
  const operator = useMay('platform:operate')
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const change = (changed: { [K in keyof BalanceSearch]?: BalanceSearch[K] | undefined }): void => {
    void navigate({
      to: '/balance',
      search: validateSearch({ ...search, ...changed }),
      replace: true,
    })
  }
  const own = search.organization === undefined || search.organization === me.organization.id
  const balance = useQuery(balanceQuery(useOrchestra(), own ? undefined : search.organization))
  const level = useBalanceLevel(balance.data)
  const topUp = operator && (
    <Button variant="primary" icon={Plus} onClick={() => change({ do: 'top-up' })}>
      <Trans>Top up</Trans>
    </Button>
  )
  return (
    <Page
      title={t`Balance`}
      lead={<Trans>Amounts are exact, to the last digit.</Trans>}
      actions={topUp}
    >
      <OrganizationFilter
        className="max-sm:w-full sm:w-80"
        value={search.organization}
        onValue={(organization) => change({ organization })}
      />
      {own && <LowBalance level={level} />}
      {balance.error !== null && balance.data === undefined ? (
        <ProblemNotice problem={balance.error} retry={() => void balance.refetch()} />
      ) : (
        <BalanceFigures balance={balance.data} />
      )}
      {own && (
        <>
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <CapsCard />
            <StopCard />
            {operator && <PlatformFees />}
          </div>
          <LeasesCard />
          <Movements />
        </>
      )}
      <TopUpDialog
        open={operator && search.do === 'top-up'}
        onClose={() => change({ do: undefined })}
        organizationId={search.organization ?? me.organization.id}
      />
    </Page>
  )
}

function Movements() {
  const { t } = useLingui()
  const may = useMay('ledger:read')
  const recent = useQuery({ ...recentTransfersQuery(useOrchestra()), enabled: may })
  if (!may) return null
  return (
    <Card
      flush
      title={<Trans>Recent movements</Trans>}
      actions={
        <LinkButton size="sm" to="/journal">
          <Trans>Journal</Trans>
        </LinkButton>
      }
    >
      {recent.error !== null && recent.data === undefined ? (
        <ProblemNotice problem={recent.error} retry={() => void recent.refetch()} />
      ) : (
        <TransfersTable
          brief
          caption={t`Recent movements`}
          transfers={recent.data?.items ?? []}
          loading={recent.isPending}
          empty={
            <p className="px-(--size-card-pad) py-4 text-muted">
              <Trans>Nothing has moved yet.</Trans>
            </p>
          }
        />
      )}
    </Card>
  )
}
