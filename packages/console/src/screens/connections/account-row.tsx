import { Trans, useLingui } from '@lingui/react/macro'
import type { Connection, ConnectionHolder } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Badge, Button, ConfirmDialog, ProblemNotice, Time } from '../../kit/index.ts'
import { connectMutation, disconnectMutation } from '../../queries/connections.ts'
import { useOrchestra } from '../../session/index.ts'
import { ConnectionStateView } from './connection-state-view.tsx'

/** One account at a server: how it does, and the buttons to connect and to disconnect it. */
export function AccountRow({
  server,
  holder,
  connection,
  title,
  mayChange,
}: {
  server: string
  holder: ConnectionHolder
  connection: Connection | null
  title: string
  mayChange: boolean
}) {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const [asking, setAsking] = useState(false)
  const connect = useMutation(connectMutation(orchestra, server))
  const end = useMutation(disconnectMutation(orchestra, server))
  const start = (): void =>
    connect.mutate(holder, {
      onSuccess: ({ authorizationUrl }) => {
        if (authorizationUrl !== null) globalThis.location.assign(authorizationUrl)
      },
    })
  const isWhole = connection?.state === 'connected'
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{title}</span>
          <ConnectionStateView connection={connection} />
        </div>
        {mayChange && (
          <div className="flex flex-wrap gap-2">
            {!isWhole && (
              <Button size="sm" variant="primary" busy={connect.isPending} onClick={start}>
                {connection === null ? <Trans>Connect</Trans> : <Trans>Authorize again</Trans>}
              </Button>
            )}
            {connection !== null && (
              <Button size="sm" onClick={() => setAsking(true)}>
                <Trans>Disconnect</Trans>
              </Button>
            )}
          </div>
        )}
      </div>
      {connection !== null && <AccountFacts connection={connection} />}
      {connect.error && <ProblemNotice problem={connect.error} compact />}
      <ConfirmDialog
        open={asking}
        title={t`Disconnect from ${server}?`}
        body={
          <p>
            <Trans>
              The tokens are forgotten here and revoked at the authorization server. Calls with this
              account end at once.
            </Trans>
          </p>
        }
        confirmLabel={<Trans>Disconnect</Trans>}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(holder, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      />
    </div>
  )
}

function AccountFacts({ connection }: { connection: Connection }) {
  const { issuer, scopes, missingScopes, expiresAt, renews, connectedAt, state } = connection
  return (
    <div className="flex flex-col gap-1 text-sm text-muted">
      <p className="break-words">
        <Trans>
          By <code>{issuer}</code>, since <Time value={connectedAt} />
        </Trans>
        {!renews && expiresAt !== null && state !== 'expired' && (
          <>
            {' '}
            <Trans>
              until <Time value={expiresAt} />
            </Trans>
          </>
        )}
      </p>
      <p className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
        {missingScopes.map((scope) => (
          <Badge key={scope} tone="warn">
            <Trans>missing: {scope}</Trans>
          </Badge>
        ))}
      </p>
    </div>
  )
}
