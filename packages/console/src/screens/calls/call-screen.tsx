import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Play, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Button,
  Card,
  EmptyState,
  Identifier,
  LinkButton,
  Page,
  ProblemNotice,
  Skeleton,
} from '../../kit/index.ts'
import { useNames } from '../../queries/names.ts'
import { callQuery } from '../../queries/usage.ts'
import { useOrchestra } from '../../session/index.ts'
import { CallCommands } from './call-commands.tsx'
import { CallMoney } from './call-money.tsx'
import { CallPostings } from './call-postings.tsx'
import { CallReceipt } from './call-receipt.tsx'
import { CallRecord } from './call-record.tsx'
import { Outcome } from './outcome.tsx'
import { useCallArrival } from './call-arrival.ts'
import { WaitingCall } from './waiting-call.tsx'

export const Route = createLazyRoute('/calls/$id')({ component: CallScreen })

/** Everything about one call. */
function CallScreen() {
  const { id } = Route.useParams()
  const { t } = useLingui()
  const call = useQuery(callQuery(useOrchestra(), id))
  const arrival = useCallArrival(id)
  const { data } = call
  if (data !== undefined && data !== null) return <Call call={data} />
  return (
    <CallPage title={t`Call`} id={id}>
      {call.error !== null ? (
        <ProblemNotice problem={call.error} retry={() => void call.refetch()} />
      ) : data === undefined ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : arrival === 'waiting' ? (
        <WaitingCall />
      ) : (
        <Card>
          <EmptyState
            icon={SearchX}
            title={t`No such call`}
            body={t`No call with this id was recorded for your organization. A record that a gateway still holds comes when the gateway is back.`}
            action={
              <Button onClick={() => void call.refetch()}>
                <Trans>Look again</Trans>
              </Button>
            }
          />
        </Card>
      )}
    </CallPage>
  )
}

function CallPage({
  title,
  id,
  actions,
  children,
}: {
  title: string
  id: string
  actions?: ReactNode
  children: ReactNode
}) {
  const { t } = useLingui()
  return (
    <Page
      title={title}
      lead={<Identifier value={id} full copy />}
      back={{ to: '/calls', label: t`Calls` }}
      actions={actions}
    >
      {children}
    </Page>
  )
}

function Call({ call }: { call: UsageEvent }) {
  const names = useNames()
  const server = names.server(call.serverId)
  const again = server !== undefined && call.method === 'tools/call' && (
    <LinkButton to="/playground" search={{ server: server.alias, tool: call.tool }} icon={Play}>
      <Trans>Open in the playground</Trans>
    </LinkButton>
  )
  return (
    <CallPage title={call.tool} id={call.id} actions={again}>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={<Trans>What happened</Trans>} actions={<Outcome value={call.outcome} />}>
            <CallMoney call={call} names={names} />
          </Card>
          <CallPostings call={call} names={names} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={<Trans>Record</Trans>}>
            <CallRecord call={call} names={names} />
          </Card>
          <CallReceipt call={call} />
          <CallCommands call={call} />
        </div>
      </div>
    </CallPage>
  )
}
