import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Page, ProblemNotice } from '../../kit/index.ts'
import { balanceQuery } from '../../queries/own-balance.ts'
import { useCallFeed } from '../../queries/live.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { useBalanceLevel } from '../balance/low-balance.tsx'
import { Attention } from './attention.tsx'
import { HomeFigures } from './figures.tsx'
import { GettingStarted } from './getting-started.tsx'
import { LastCalls } from './last-calls.tsx'
import { useLastDay } from './last-day.ts'
import { ServersSummary } from './servers-summary.tsx'

export const Route = createLazyRoute('/')({ component: HomeScreen })

/** How things are: what needs a look, the money, the servers, the last calls. */
function HomeScreen() {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const balance = useQuery({ ...balanceQuery(orchestra), enabled: useMay('balance:read') })
  const servers = useQuery({ ...serversQuery(orchestra), enabled: useMay('servers:read') })
  const feed = useCallFeed(orchestra, {})
  const paid = useLastDay('payer')
  const earned = useLastDay('publisher')
  const level = useBalanceLevel(balance.data)
  const called = feed.feed.calls.length > 0
  const known =
    servers.data !== undefined && balance.data !== undefined && feed.feed.olderCursor !== undefined
  const starting = known && (!called || servers.data.items.length === 0)
  const failed = [balance, servers].find(({ error, data }) => error !== null && data === undefined)
  return (
    <Page
      title={t`Home`}
      lead={<Trans>The last day at a glance, and the calls as they happen.</Trans>}
    >
      <h2 className="sr-only">{t`Overview`}</h2>
      {failed !== undefined && (
        <ProblemNotice problem={failed.error} retry={() => void failed.refetch()} />
      )}
      {!starting && <Attention servers={servers.data?.items} level={level} />}
      {starting && (
        <GettingStarted
          servers={servers.data.items.length > 0}
          money={balance.data.available.amount !== '0' || balance.data.leased.amount !== '0'}
          calls={called}
        />
      )}
      <HomeFigures balance={balance.data} paid={paid} earned={earned} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <LastCalls feed={feed} />
        <ServersSummary servers={servers.data?.items} />
      </div>
    </Page>
  )
}
