import { Trans } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { Duration, KeyValue, Money, TextLink } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { useLingui } from '@lingui/react/macro'
import { bpsText } from './bps.ts'
import { OrganizationName, ServerName } from './names-of-call.tsx'
import { useOutcomeWords } from './outcome.tsx'

/** How the call ended and what it did to whose money, in sentences. */
export function CallMoney({ call, names }: { call: UsageEvent; names: Names }) {
  const { t, i18n } = useLingui()
  const words = useOutcomeWords()
  const priced = call.reserved.amount !== '0'
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-1">
        <p>{words(call.outcome).meaning}</p>
        <Disposition call={call} />
      </div>
      <KeyValue
        items={[
          { label: t`Paid`, value: <Paid call={call} names={names} /> },
          { label: t`Paid to`, value: <OrganizationName id={call.publisherId} names={names} /> },
          ...(priced
            ? [
                { label: t`Reserved before the call`, value: <Money value={call.reserved} /> },
                {
                  label: t`Platform fee`,
                  value: <Trans>{bpsText(call.feeBps, i18n.locale)} of what was paid</Trans>,
                },
              ]
            : []),
          {
            label: t`Server`,
            value: (
              <TextLink to="/servers/$id" params={{ id: call.serverId }}>
                <ServerName id={call.serverId} names={names} />
              </TextLink>
            ),
          },
          {
            label: t`Tool`,
            value: (
              <TextLink to="/calls" search={{ tool: call.tool, server: call.serverId }}>
                <code>{call.tool}</code>
              </TextLink>
            ),
          },
          { label: t`Took`, value: <Duration ms={call.durationMs} /> },
        ]}
      />
    </div>
  )
}

function Paid({ call, names }: { call: UsageEvent; names: Names }) {
  return (
    <Trans>
      <strong className="font-semibold">
        <Money value={call.amount} />
      </strong>{' '}
      by <OrganizationName id={call.payerId} names={names} />
    </Trans>
  )
}

/** What became of the amount. */
function Disposition({ call }: { call: UsageEvent }) {
  switch (call.disposition) {
    case 'posted':
      return (
        <p className="text-muted">
          <Trans>
            The amount is posted: it left the payer and is with the publisher and the platform.
          </Trans>
        </p>
      )
    case 'free':
      return (
        <p className="text-muted">
          {call.reserved.amount === '0' ? (
            <Trans>The call had no price, so no money moved.</Trans>
          ) : (
            <Trans>What was reserved was released, so no money moved.</Trans>
          )}
        </p>
      )
    case 'duplicate_purchase':
      return (
        <p className="text-muted">
          <Trans>Another attempt of this purchase is posted. This one costs nothing.</Trans>
        </p>
      )
    case 'suspense':
      return (
        <p className="text-warn">
          <Trans>
            The amount is set aside with a case, and was not charged to the payer. An operator
            decides.
          </Trans>
        </p>
      )
  }
}
