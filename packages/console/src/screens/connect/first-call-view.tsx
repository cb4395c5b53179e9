import { Trans, useLingui } from '@lingui/react/macro'
import type { ApiKey } from '@mcp-orchestra/sdk'
import { LinkButton, Money, Notice, Spinner } from '../../kit/index.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { Outcome } from '../calls/outcome.tsx'
import { useFirstCall } from './first-call.ts'

/** Waits for the first call under a key and says what became of it. */
export function FirstCall({ apiKey }: { apiKey: ApiKey }) {
  const maySee = useMay('usage:read')
  if (!maySee) {
    return (
      <p className="text-muted">
        <Trans>
          Your role does not see calls, so this page cannot tell when the first arrives.
        </Trans>
      </p>
    )
  }
  return <Watch apiKey={apiKey} />
}

function Watch({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useLingui()
  const { call, live } = useFirstCall(useOrchestra(), apiKey)
  if (call === undefined) {
    return (
      <div className="flex items-center gap-3 rounded-md border border-line bg-sunken px-3 py-2.5">
        <Spinner label={t`Waiting for the first call`} />
        <div>
          <p className="font-medium">
            <Trans>Waiting for the first call from “{apiKey.name}”…</Trans>
          </p>
          <p className="text-sm text-muted">
            {live ? (
              <Trans>Ask your client to use a tool; it shows here at once.</Trans>
            ) : (
              <Trans>Ask your client to use a tool; this page looks every few seconds.</Trans>
            )}
          </p>
        </div>
      </div>
    )
  }
  return (
    <Notice
      tone={call.outcome === 'complete' ? 'good' : 'warn'}
      live
      title={t`It works: the first call has arrived.`}
      actions={
        <LinkButton size="sm" to="/calls/$id" params={{ id: call.id }}>
          <Trans>See the call</Trans>
        </LinkButton>
      }
    >
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="break-all">{call.tool === '' ? call.method : call.tool}</code>
        <Outcome value={call.outcome} />
        <Money value={call.amount} />
      </span>
    </Notice>
  )
}
