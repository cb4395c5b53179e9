import { Trans, useLingui } from '@lingui/react/macro'
import type { InvoiceSide } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Card, ProblemNotice, Select, Skeleton } from '../../kit/index.ts'
import { invoicePreviewQuery } from '../../queries/invoices.ts'
import { useOrchestra } from '../../session/index.ts'
import { LinesTable } from './lines-table.tsx'
import { Totals } from './totals.tsx'

/** What is not invoiced yet, line by line: the next invoice says it. */
export function PreviewCard({
  side,
  organizationId,
  onSide,
}: {
  side: InvoiceSide
  organizationId: string | undefined
  onSide: (side: InvoiceSide) => void
}) {
  const { t } = useLingui()
  const preview = useQuery(invoicePreviewQuery(useOrchestra(), side, organizationId))
  const { data } = preview
  return (
    <Card
      flush
      title={<Trans>Not invoiced yet</Trans>}
      actions={
        <Select
          aria-label={t`Which side`}
          options={[
            { value: 'payer', label: t`What was paid` },
            { value: 'publisher', label: t`What was earned` },
          ]}
          value={side}
          onValue={onSide}
        />
      }
    >
      {data === undefined ? (
        <div className="p-(--size-card-pad)">
          {preview.error === null ? (
            <Skeleton lines={3} />
          ) : (
            <ProblemNotice problem={preview.error} retry={() => void preview.refetch()} />
          )}
        </div>
      ) : (
        <>
          <Totals draft={data} />
          <LinesTable
            lines={data.lines}
            empty={
              <p className="px-(--size-card-pad) py-4 text-muted">
                {side === 'payer' ? (
                  <Trans>No paid call since the last invoice.</Trans>
                ) : (
                  <Trans>No paid call of your servers since the last invoice.</Trans>
                )}
              </p>
            }
          />
        </>
      )}
    </Card>
  )
}
