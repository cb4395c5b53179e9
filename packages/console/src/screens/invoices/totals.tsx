import { useLingui } from '@lingui/react/macro'
import type { InvoicePreview } from '@mcp-orchestra/sdk'
import { Money } from '../../kit/index.ts'
import { moneyOfCents } from './cents.ts'

/** The total in whole cents, and what is less than one: carried from the invoice before, and to the next. */
export function Totals({
  draft: { totalCents, carriedIn, carriedOut },
}: {
  draft: Pick<InvoicePreview, 'totalCents' | 'carriedIn' | 'carriedOut'>
}) {
  const { t } = useLingui()
  const figures = [
    [t`Total`, moneyOfCents(totalCents)],
    [t`Carried from the one before`, carriedIn],
    [t`Carried to the next`, carriedOut],
  ] as const
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 border-b border-line p-(--size-card-pad)">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="font-mono font-medium">
            <Money value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
