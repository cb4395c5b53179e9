import { useLingui } from '@lingui/react/macro'
import { clientConfig, type IssuedKey, type Server } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import { Card, CodeBlock } from '../../kit/index.ts'
import { ClientSetup } from './client-setup.tsx'
import { ConnectCheck } from './connect-check.tsx'
import { ConnectKey } from './connect-key.tsx'
import { ConnectTarget, type Target } from './connect-target.tsx'
import type { ClientName } from './search.ts'

/** Stands for a key in a configuration until there is one: no client takes it for one. */
export const KEY_PLACEHOLDER = 'YOUR_API_KEY'

/** From the choice of a server to the first call, for one client. */
export function ConnectSteps({
  client,
  gatewayUrl,
  servers,
  target,
  onSearch,
}: {
  client: ClientName
  gatewayUrl: string
  servers: readonly Server[]
  target: Target
  onSearch: (change: Target) => void
}) {
  const { t } = useLingui()
  const [issued, setIssued] = useState<IssuedKey>()
  const server = servers.find((one) => one.alias === target.server)
  const apiKey = issued?.secret ?? KEY_PLACEHOLDER
  const isSearch = target.via === 'search'
  const reached = server === undefined ? { search: isSearch } : { server: server.alias }
  const config = clientConfig(client, { gatewayUrl, apiKey, ...reached })
  const path = isSearch ? '/t/mcp' : '/mcp'
  const url = server?.endpoint ?? `${gatewayUrl.replace(/\/+$/, '')}${path}`
  return (
    <ol className="flex flex-col gap-5">
      <li>
        <Card title={t`1. What it reaches`}>
          <div className="grid items-start gap-4 md:grid-cols-2">
            <ConnectTarget
              servers={servers}
              target={target}
              onTarget={(next) => {
                onSearch(next)
                // A key for one server would be refused by another.
                setIssued(undefined)
              }}
            />
            <CodeBlock text={url} label={t`Address`} wrap />
          </div>
        </Card>
      </li>
      <li>
        <Card title={t`2. A key for it`}>
          <ConnectKey client={config.title} server={server} issued={issued} onIssued={setIssued} />
        </Card>
      </li>
      <li>
        <Card title={t`3. Set up ${config.title}`}>
          <ClientSetup config={config} hasKey={issued !== undefined} />
        </Card>
      </li>
      <li>
        <Card title={t`4. See that it works`}>
          <ConnectCheck
            request={{ url, apiKey, modern: server?.protocol === 'MCP-v2' }}
            issued={issued}
          />
        </Card>
      </li>
    </ol>
  )
}
