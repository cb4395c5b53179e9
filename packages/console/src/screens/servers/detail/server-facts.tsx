import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Bytes, Card, Duration, Identifier, KeyValue, Time } from '../../../kit/index.ts'
import { useNames } from '../../../queries/names.ts'
import { TransportFacts } from './transport-facts.tsx'

/** What a server is: who owns it, how it is reached, what it may cost. */
export function ServerFacts({ server }: { server: Server }) {
  const { t, i18n } = useLingui()
  const owner = useNames().organization(server.organizationId)
  const { limits } = server
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Card title={t`Details`}>
        <KeyValue
          items={[
            { label: t`Id`, value: <Identifier value={server.id} copy /> },
            {
              label: t`Owner`,
              value:
                owner === undefined ? (
                  <Identifier value={server.organizationId} copy />
                ) : (
                  <span title={server.organizationId}>{owner}</span>
                ),
            },
            {
              label: t`Open to`,
              value:
                server.visibility === 'everyone' ? (
                  <Trans>Every organization</Trans>
                ) : (
                  <Trans>Its organization</Trans>
                ),
            },
            {
              label: t`Protocol`,
              value:
                server.protocol === null ? (
                  <Trans>Not reached yet</Trans>
                ) : (
                  <>
                    {server.protocol} · {server.revision}
                  </>
                ),
            },
            {
              label: t`Era`,
              value: server.era === 'auto' ? <Trans>Found out by the gateway</Trans> : server.era,
            },
            { label: t`Registered`, value: <Time value={server.createdAt} /> },
          ]}
        />
      </Card>
      <Card title={t`How it is reached`}>
        <TransportFacts transport={server.transport} />
      </Card>
      <Card title={t`Limits and charging`}>
        <KeyValue
          items={[
            { label: t`Time limit of a call`, value: <Duration ms={limits.callTimeoutMs} /> },
            { label: t`Largest result`, value: <Bytes n={limits.resultBytesMax} /> },
            {
              label: t`Calls at once`,
              value: <Trans>{i18n.number(limits.concurrentCallsMax)} per gateway</Trans>,
            },
            {
              label: t`Prices in tool lists`,
              value: server.announcePrices ? (
                <Trans>Announced</Trans>
              ) : (
                <Trans>Not announced</Trans>
              ),
            },
            {
              label: t`Tool errors`,
              value: server.chargeToolErrors ? <Trans>Charged</Trans> : <Trans>Not charged</Trans>,
            },
          ]}
        />
      </Card>
    </div>
  )
}
