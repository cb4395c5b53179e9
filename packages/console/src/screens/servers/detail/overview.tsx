import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Card, CodeBlock, TextLink } from '../../../kit/index.ts'
import { AccountCard } from '../../connections/account-card.tsx'
import { HealthCard } from './health-card.tsx'
import { ServerFacts } from './server-facts.tsx'

/** Where a server is called, how it does, and what it is. */
export function Overview({ server }: { server: Server }) {
  const { t } = useLingui()
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        <Card
          title={t`Endpoint`}
          footer={
            <Trans>
              Clients send an API key as a bearer token.{' '}
              <TextLink to="/connect" search={{ server: server.alias }}>
                Ready configurations
              </TextLink>{' '}
              for Claude, Cursor, VS Code and Codex.
            </Trans>
          }
        >
          <CodeBlock text={server.endpoint} label={t`MCP over Streamable HTTP`} wrap />
        </Card>
        {(server.transport === null || server.transport.kind === 'http') && (
          <AccountCard server={server.alias} />
        )}
        <HealthCard server={server} />
      </div>
      <ServerFacts server={server} />
    </div>
  )
}
