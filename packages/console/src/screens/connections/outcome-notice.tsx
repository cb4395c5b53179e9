import { useLingui } from '@lingui/react/macro'
import { Notice } from '../../kit/index.ts'

/** How an authorization ended, for the person who has just come back. */
export function OutcomeNotice({
  outcome,
  server,
}: {
  outcome: string | undefined
  server: string | undefined
}) {
  const { t } = useLingui()
  if (outcome === undefined) return null
  if (outcome === 'connected') {
    const title = server === undefined ? t`The account is connected.` : t`Connected to ${server}.`
    return (
      <Notice tone="good" live title={title}>
        {t`Clients that call with your key use it from now on. The server sees this account, never your key.`}
      </Notice>
    )
  }
  const reasons: Readonly<Record<string, string>> = {
    'hub.connection_attempt_gone': t`This authorization is over, was used already, or was begun by somebody else. Connect again.`,
    'hub.connection_untrusted': t`The answer did not come from the authorization server that was asked. Nothing was sent to it.`,
    'hub.connection_refused': t`The authorization server said no. Connect again if that was not meant.`,
    'hub.connection_unavailable': t`The authorization server did not give a token. Try again in a moment.`,
    'hub.connection_unsupported': t`The authorization server lacks what a safe connection needs.`,
  }
  return (
    <Notice tone="bad" live title={t`The account was not connected.`}>
      <p>{reasons[outcome] ?? t`Connect again; the code below says why it ended.`}</p>
      <code className="text-sm text-muted">{outcome}</code>
    </Notice>
  )
}
