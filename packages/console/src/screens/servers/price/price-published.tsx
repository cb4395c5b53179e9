import { Trans, useLingui } from '@lingui/react/macro'
import type { ChangedPrice } from '@mcp-orchestra/sdk'
import { KeyValue, Money, Notice, Time } from '../../../kit/index.ts'
import { useNow } from '../../../session/index.ts'
import { percentOfBps } from './fee-split.ts'

/** What the API published: the version, when it starts, and who has not heard of it. */
export function PricePublished({ changed: { price, pendingGateways } }: { changed: ChangedPrice }) {
  const { t } = useLingui()
  const later = Date.parse(price.startsAt) > useNow()
  return (
    <>
      <Notice
        tone="good"
        live
        title={
          later ? (
            <Trans>
              <Money value={price.price} /> per call from <Time value={price.startsAt} />
            </Trans>
          ) : (
            <Trans>
              <Money value={price.price} /> per call, from now on
            </Trans>
          )
        }
      >
        {later && (
          <Trans>
            It starts <Time value={price.startsAt} relative />; until then the old price is charged.
          </Trans>
        )}
      </Notice>
      <KeyValue
        items={[
          { label: t`Version`, value: price.version },
          { label: t`Platform fee`, value: `${percentOfBps(price.feeBps)} %` },
          { label: t`Published`, value: <Time value={price.publishedAt} /> },
        ]}
      />
      <PendingGateways gateways={pendingGateways} />
    </>
  )
}

/** Says which gateways have not applied a change yet; nothing when all have. */
export function PendingGateways({ gateways }: { gateways: readonly string[] }) {
  if (gateways.length === 0) return null
  const names = gateways.join(', ')
  return (
    <Notice tone="warn" title={<Trans>Not applied everywhere yet</Trans>}>
      <Trans>These gateways apply it when they hear of it: {names}.</Trans>
    </Notice>
  )
}
