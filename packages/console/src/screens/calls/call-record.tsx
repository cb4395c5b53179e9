import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { Bytes, Identifier, KeyValue, Time } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { KeyName } from './names-of-call.tsx'

/** Where the call stands in the journal, and what it was made with. */
export function CallRecord({ call, names }: { call: UsageEvent; names: Names }) {
  const { t, i18n } = useLingui()
  const ids = [
    { label: t`Price version`, value: call.priceId },
    { label: t`Purchase`, value: call.purchaseId },
    { label: t`Lease`, value: call.leaseId },
    { label: t`Member`, value: call.memberId },
  ]
  const place = i18n.number(call.seq)
  return (
    <KeyValue
      items={[
        { label: t`Time`, value: <Time value={call.at} /> },
        { label: t`Method`, value: <code>{call.method}</code> },
        { label: t`Key`, value: <KeyName id={call.keyId} names={names} /> },
        ...ids.flatMap(({ label, value }) =>
          value === null ? [] : [{ label, value: <Identifier value={value} copy /> }],
        ),
        { label: t`Attempt`, value: i18n.number(call.attempt) },
        { label: t`Request`, value: <Bytes n={call.requestBytes} /> },
        { label: t`Result`, value: <Bytes n={call.resultBytes} /> },
        {
          label: t`Journal`,
          value: (
            <Trans>
              Record {place} of <Identifier value={call.incarnationId} copy />
            </Trans>
          ),
        },
      ]}
    />
  )
}
