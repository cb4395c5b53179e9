import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, Card, ConfirmDialog, ProblemNotice, StatusDot, toast } from '../../../kit/index.ts'
import { switchMutation } from '../../../queries/servers.ts'
import { useOrchestra } from '../../../session/index.ts'

/** Switches a server on or off; off is asked about, because calls are running. */
export function SwitchCard({ server }: { server: Server }) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const change = useMutation(switchMutation(useOrchestra(), server.id))
  const turn = (action: 'on' | 'off'): void =>
    change.mutate(action, {
      onSuccess: ({ pendingGateways }) => {
        setAsking(false)
        const title = action === 'on' ? t`${server.name} is on.` : t`${server.name} is off.`
        if (pendingGateways.length === 0) return toast.show({ tone: 'good', title })
        const names = pendingGateways.join(', ')
        return toast.show({ tone: 'warn', title, body: t`Not yet applied by: ${names}` })
      },
    })
  return (
    <Card
      title={t`Calls to this server`}
      actions={
        server.enabled ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            <Trans>Switch off</Trans>
          </Button>
        ) : (
          <Button size="sm" variant="primary" busy={change.isPending} onClick={() => turn('on')}>
            <Trans>Switch on</Trans>
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-2">
        <div role="status">
          {server.enabled ? (
            <StatusDot tone="good" label={t`On: gateways take calls`} />
          ) : (
            <StatusDot tone="neutral" label={t`Off: gateways refuse calls`} />
          )}
        </div>
        <p className="text-muted">
          <Trans>
            Switching off aborts the calls that are running; none of them is charged. Prices, keys
            and history stay, and switching on takes about a second.
          </Trans>
        </p>
        {change.error && !asking && <ProblemNotice problem={change.error} compact />}
      </div>
      <ConfirmDialog
        open={asking}
        title={t`Switch off ${server.name}?`}
        body={
          <p>
            <Trans>
              Calls that are running are aborted and not charged. New ones are refused until it is
              switched on again.
            </Trans>
          </p>
        }
        confirmLabel={<Trans>Switch off</Trans>}
        danger
        busy={change.isPending}
        error={change.error}
        onConfirm={() => turn('off')}
        onClose={() => setAsking(false)}
      />
    </Card>
  )
}
