import { Trans, useLingui } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button, Card, Money, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { capsQuery } from '../../queries/balance.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { AddCap } from './add-cap.tsx'
import { CapScope } from './cap-scope.tsx'
import { percentOf } from './level.ts'
import { RemoveCap } from './remove-cap.tsx'
import { useWindowWords } from './window-words.ts'

/** Hard caps on spending, and what their windows have used. */
export function CapsCard() {
  const caps = useQuery(capsQuery(useOrchestra()))
  const may = useMay('caps:write')
  const [adding, setAdding] = useState(false)
  const add = may && (
    <Button size="sm" icon={Plus} onClick={() => setAdding(true)}>
      <Trans>Add a cap</Trans>
    </Button>
  )
  const items = caps.data?.items
  return (
    <Card
      title={<Trans>Spending caps</Trans>}
      actions={items !== undefined && items.length > 0 && add}
    >
      {caps.error !== null && items === undefined ? (
        <ProblemNotice problem={caps.error} retry={() => void caps.refetch()} />
      ) : items === undefined ? (
        <Skeleton lines={3} />
      ) : items.length === 0 ? (
        <div className="flex flex-col items-start gap-3">
          <p className="text-muted">
            <Trans>
              None. A cap refuses calls beyond an amount per hour, day or month, and lets none slip
              through.
            </Trans>
          </p>
          {add}
        </div>
      ) : (
        <ul className="flex flex-col gap-4">
          {items.map((cap) => (
            <CapLine key={cap.id} cap={cap} removable={may} />
          ))}
        </ul>
      )}
      <AddCap open={adding} onClose={() => setAdding(false)} />
    </Card>
  )
}

function CapLine({ cap, removable }: { cap: Cap; removable: boolean }) {
  const window = useWindowWords()(cap.window)
  return (
    <li className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <div className="flex min-w-0 flex-1 flex-wrap justify-between gap-x-4">
          <span className="font-medium">
            <Trans>
              <Money value={cap.amount} /> {window}
            </Trans>
          </span>
          <span className="text-muted">
            <CapScope scope={cap.scope} />
          </span>
        </div>
        {removable && cap.scope.kind !== 'mandate' && <RemoveCap cap={cap} />}
      </div>
      {cap.window !== 'call' && <Use cap={cap} />}
    </li>
  )
}

/** What of the window is used; a ceiling per call has none. */
function Use({ cap }: { cap: Cap }) {
  const { t } = useLingui()
  const percent = percentOf(BigInt(cap.used.amount), BigInt(cap.amount.amount))
  const left = {
    asset: cap.amount.asset,
    amount: (BigInt(cap.amount.amount) - BigInt(cap.used.amount)).toString(),
  }
  return (
    <>
      <div
        role="meter"
        aria-label={t`Used of the cap`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={t`${percent} percent`}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={`h-full rounded-full ${percent >= 100 ? 'bg-danger' : 'bg-accent'}`}
          style={{ width: `${percent}%` }}
        />
      </div>
      <p className="text-sm text-muted">
        <Trans>
          <Money value={cap.used} /> used or held by gateways ({percent}%), <Money value={left} />{' '}
          left
        </Trans>
      </p>
    </>
  )
}
