import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Button, Card, ProblemNotice, saveText, Skeleton, StatusDot } from '../../kit/index.ts'
import { receiptQuery, type CheckedReceipt } from '../../queries/receipts.ts'
import { useOrchestra } from '../../session/index.ts'

/** The signed receipt of a call: checked in this browser, and to be saved for others to check. */
export function CallReceipt({ call }: { call: UsageEvent }) {
  const receipt = useQuery(receiptQuery(useOrchestra(), call.id))
  const { data } = receipt
  return (
    <Card
      title={<Trans>Receipt</Trans>}
      actions={
        data !== undefined && (
          <Button
            size="sm"
            icon={Download}
            // The platform sends canonical text and parsing keeps its order: this is the same text.
            onClick={() =>
              saveText(`${call.id}.json`, 'application/json', JSON.stringify(data.receipt))
            }
          >
            <Trans>Download</Trans>
          </Button>
        )
      }
    >
      {data !== undefined ? (
        <Checked {...data} />
      ) : receipt.error !== null ? (
        <ProblemNotice problem={receipt.error} retry={() => void receipt.refetch()} />
      ) : (
        <Skeleton lines={2} />
      )}
    </Card>
  )
}

function Checked({ verdict }: CheckedReceipt) {
  const { t } = useLingui()
  return (
    <div className="flex flex-col gap-2">
      {verdict === null ? (
        <StatusDot tone="neutral" label={t`This browser cannot check it`} />
      ) : verdict.verified ? (
        <StatusDot tone="good" label={t`Verified`} />
      ) : (
        <StatusDot tone="bad" label={t`Not verified`} />
      )}
      <p className="text-muted">
        <Trans>
          Signed by the platform: what the call cost, who got which part, and where it stands in the
          books. Anybody with the public keys can check it.
        </Trans>
      </p>
    </div>
  )
}
