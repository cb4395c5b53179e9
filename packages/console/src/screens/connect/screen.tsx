import { useLingui } from '@lingui/react/macro'
import { clientConfigs } from '@mcp-orchestra/sdk'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { createLazyRoute, getRouteApi } from '@tanstack/react-router'
import { Page, ProblemNotice, Skeleton, Tabs } from '../../kit/index.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useOrchestra } from '../../session/index.ts'
import { ConnectSteps, KEY_PLACEHOLDER } from './connect-steps.tsx'
import { CLIENTS, validateSearch, type ConnectSearch } from './search.ts'

const route = getRouteApi('/connect')

/** Ready configurations of MCP clients, up to their first call. */
export const Route = createLazyRoute('/connect')({ component: ConnectScreen })

/** The clients' own names. */
const TITLES: ReadonlyMap<string, string> = new Map(
  clientConfigs({ gatewayUrl: 'http://localhost', apiKey: KEY_PLACEHOLDER }).map((config) => [
    config.client,
    config.title,
  ]),
)

function ConnectScreen() {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const { client = 'claude-code', server, via } = route.useSearch()
  const navigate = route.useNavigate()
  const servers = useQuery(serversQuery(orchestra))
  const gateway = useQuery(
    queryOptions({
      queryKey: ['gateway-url'],
      queryFn: ({ signal }) => orchestra.gatewayUrl({ signal }),
      staleTime: Infinity,
    }),
  )
  const put = (change: { [K in keyof ConnectSearch]?: ConnectSearch[K] | undefined }): void =>
    void navigate({
      search: (before) => validateSearch({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  const problem = gateway.error ?? servers.error
  return (
    <Page
      title={t`Connect a client`}
      lead={t`A client reaches every server through the gateway, with a key that you can revoke.`}
    >
      {problem && (
        <ProblemNotice
          problem={problem}
          retry={() => void Promise.all([gateway.refetch(), servers.refetch()])}
        />
      )}
      <Tabs
        label={t`Client`}
        value={client}
        onChange={(next) => put({ client: next })}
        items={CLIENTS.map((name) => ({ value: name, label: TITLES.get(name) ?? name }))}
      >
        {gateway.data === undefined || servers.data === undefined ? (
          !problem && <Skeleton lines={10} />
        ) : (
          <ConnectSteps
            client={client}
            gatewayUrl={gateway.data}
            servers={servers.data.items}
            target={{ server, via }}
            onSearch={put}
          />
        )}
      </Tabs>
    </Page>
  )
}
