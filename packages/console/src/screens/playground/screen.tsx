import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Page, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useOrchestra } from '../../session/index.ts'
import { useStore } from '../../session/store.ts'
import { calls } from './call/calls.ts'
import { HistoryCard } from './call/history-card.tsx'
import { NoServers, NothingChosen, UnknownServer } from './empty-states.tsx'
import { PickerLayout } from './pick/picker-layout.tsx'
import { ServerPicker } from './pick/server-picker.tsx'
import { ServerTools } from './server-tools.tsx'
import { usePlaygroundSearch, usePut } from './use-put.ts'

/** Calls a tool by hand, with its price shown before. */
export const Route = createLazyRoute('/playground')({ component: PlaygroundScreen })

function PlaygroundScreen() {
  const { t } = useLingui()
  const { server: alias } = usePlaygroundSearch()
  const put = usePut()
  const servers = useQuery(serversQuery(useOrchestra()))
  const items = servers.data?.items ?? []
  const server = items.find((candidate) => candidate.alias === alias)
  const log = useStore(calls)
  const picker = (
    <ServerPicker
      servers={items}
      chosen={alias}
      onChoose={(chosen) => put({ server: chosen, tool: undefined, args: undefined })}
    />
  )
  return (
    <Page
      title={t`Playground`}
      lead={t`Call a tool as a client would: through the gateway, at its price.`}
    >
      {servers.error !== null && (
        <ProblemNotice problem={servers.error} retry={() => void servers.refetch()} />
      )}
      {servers.isPending && <Skeleton lines={6} />}
      {servers.isSuccess && items.length === 0 && <NoServers />}
      {items.length > 0 &&
        (server === undefined ? (
          <PickerLayout
            left={picker}
            right={alias === undefined ? <NothingChosen /> : <UnknownServer alias={alias} />}
          />
        ) : (
          <ServerTools key={server.id} server={server} picker={picker} />
        ))}
      {log.ended.length > 0 && <HistoryCard records={log.ended} shownId={log.shownId} />}
    </Page>
  )
}
