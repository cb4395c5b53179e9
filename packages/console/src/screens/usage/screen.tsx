import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { ChartLine, Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import {
  Button,
  Card,
  EmptyState,
  LinkButton,
  Money,
  Notice,
  Page,
  ProblemNotice,
  saveText,
} from '../../kit/index.ts'
import { useNames } from '../../queries/names.ts'
import { present } from '../../queries/search-word.ts'
import { usageSumsQuery } from '../../queries/usage-sums.ts'
import { nowMs, useMe, useOrchestra } from '../../session/index.ts'
import { recentMonths } from '../journal/period.ts'
import { groupSums, type UsageGroup } from './groups.ts'
import { GroupsTable } from './groups-table.tsx'
import { validateSearch } from './search.ts'
import { UsageCharts } from './usage-charts.tsx'
import { usageCsv } from './usage-csv.ts'
import { UsageFilters, type UsageChange } from './usage-filters.tsx'

export const Route = createLazyRoute('/usage')({ component: UsageScreen })

/** What charged calls came to, by month, server and tool: what was paid, or what was earned. */
function UsageScreen() {
  const { t } = useLingui()
  const me = useMe()
  const names = useNames()
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const [months] = useState(() => recentMonths(nowMs()))
  const period = { from: search.from ?? months.at(-2) ?? '', to: search.to ?? months[0] ?? '' }
  const { organization: asked, side, server: serverId, tool } = search
  const organizationId = asked === me.organization.id ? undefined : asked
  const filter = present({ side, serverId, tool, organizationId, ...period })
  const sums = useQuery(usageSumsQuery(useOrchestra(), filter))
  const items = useMemo(() => sums.data?.items ?? [], [sums.data])
  const by = search.by ?? 'line'
  const groups = useMemo(() => groupSums(items, by), [items, by])
  const change = (changed: UsageChange): void => {
    const next = validateSearch({ ...search, ...changed })
    void navigate({ to: '/usage', search: next, replace: true })
  }
  const save = (): void => {
    const csv = usageCsv(groups, (id) => names.server(id)?.name)
    saveText(`usage-${period.from}-${period.to}.csv`, 'text/csv', csv)
  }
  return (
    <Page
      title={t`Usage`}
      lead={
        <Trans>
          What charged calls came to, exact to the last digit. Months are in UTC, like the books.
        </Trans>
      }
      actions={
        <Button icon={Download} onClick={save} disabled={groups.length === 0}>
          <Trans>Export CSV</Trans>
        </Button>
      }
    >
      <UsageFilters search={search} months={months} period={period} onChange={change} />
      {sums.error !== null && (
        <ProblemNotice problem={sums.error} retry={() => void sums.refetch()} />
      )}
      {sums.data?.more === true && (
        <Notice tone="warn" title={t`There is more than this page adds up`}>
          <Trans>Choose fewer months or one server; the command line reads all of it.</Trans>
        </Notice>
      )}
      <UsageCharts sums={items} onMonth={(month) => change({ from: month, to: month })} />
      {(sums.error === null || items.length > 0) && (
        <Card flush>
          {items.length > 0 && <Total groups={groupSums(items, 'month')} />}
          <GroupsTable
            groups={groups}
            by={by}
            names={names}
            loading={sums.isPending}
            empty={
              <EmptyState
                icon={ChartLine}
                title={t`No charged call in these months`}
                body={t`Free calls are among the calls; here stands what was paid for.`}
                action={
                  <LinkButton to="/calls">
                    <Trans>Calls</Trans>
                  </LinkButton>
                }
              />
            }
          />
        </Card>
      )}
    </Page>
  )
}

/** All of it, each asset by itself. */
function Total({ groups }: { groups: readonly UsageGroup[] }) {
  const { i18n } = useLingui()
  const assets = [...new Set(groups.map(({ asset }) => asset))]
  const calls = groups.reduce((sum, group) => sum + group.calls, 0n)
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 border-b border-line p-(--size-card-pad)">
      {assets.map((asset) => (
        <div key={asset}>
          <dt className="text-sm text-muted">
            <Trans>Total</Trans>
          </dt>
          <dd className="font-mono font-medium">
            <Money value={{ amount: amountOf(groups, asset).toString(), asset }} />
          </dd>
        </div>
      ))}
      <div>
        <dt className="text-sm text-muted">
          <Trans>Charged calls</Trans>
        </dt>
        <dd className="font-mono font-medium">
          {new Intl.NumberFormat(i18n.locale).format(calls)}
        </dd>
      </div>
    </dl>
  )
}

function amountOf(groups: readonly UsageGroup[], asset: string): bigint {
  return groups.reduce((sum, group) => sum + (group.asset === asset ? group.amount : 0n), 0n)
}
