import { Trans, useLingui } from '@lingui/react/macro'
import { EyeOff, ShieldAlert } from 'lucide-react'
import { Badge, Button, PendingValue, Time, type Column } from '../../../kit/index.ts'
import { countHidden } from '../hidden-text.ts'
import { ShownPrice } from '../price/shown-price.tsx'
import { ToolHints } from '../tool-hints.tsx'
import { amountOf, type ToolRow } from './tool-row.ts'

/** Characters of a description in the list; the whole of it is in the tool's own view. */
const SHOWN_CHARS = 180

/** The columns of the tools of a server. */
export function useToolColumns(
  onPrice: ((tool: string) => void) | undefined,
): readonly Column<ToolRow>[] {
  const { t } = useLingui()
  return [
    {
      id: 'name',
      header: t`Tool`,
      rowHeader: true,
      sortValue: ({ name }) => name.toLowerCase(),
      width: '28%',
      cell: ({ name, tool }) => (
        <span className="block min-w-0">
          <code className="block break-all">{name}</code>
          {tool?.title && (
            <span className="block text-sm font-normal text-muted">{tool.title}</span>
          )}
        </span>
      ),
    },
    {
      id: 'description',
      header: t`Description`,
      phone: 'wide',
      cell: (row) => <Description row={row} />,
    },
    {
      id: 'price',
      header: t`Price per call`,
      align: 'end',
      sortValue: ({ price }) => amountOf(price?.now),
      cell: (row) => <PriceNow row={row} />,
    },
    ...(onPrice === undefined ? [] : [priceAction(t`Set price`, onPrice)]),
  ]
}

function priceAction(label: string, onPrice: (tool: string) => void): Column<ToolRow> {
  return {
    id: 'set',
    header: '',
    align: 'end',
    phone: 'wide',
    cell: ({ name }) => (
      <Button size="sm" aria-label={`${label}: ${name}`} onClick={() => onPrice(name)}>
        {label}
      </Button>
    ),
  }
}

function Description({ row: { tool } }: { row: ToolRow }) {
  const { t } = useLingui()
  if (tool === undefined) {
    return (
      <span className="text-muted">
        <Trans>Has a price, but the server does not list it now.</Trans>
      </span>
    )
  }
  const text = tool.description ?? ''
  const hidden = countHidden(`${tool.name}${tool.title ?? ''}${text}`)
  return (
    <div className="flex flex-col items-start gap-1">
      <p className="line-clamp-2 text-muted">{text.slice(0, SHOWN_CHARS)}</p>
      <span className="flex flex-wrap gap-1">
        {tool.quarantined !== null && (
          <Badge tone="warn">
            <ShieldAlert size={12} aria-hidden className="me-1" />
            {t`Quarantined`}
          </Badge>
        )}
        <ToolHints tool={tool} quiet />
        {hidden > 0 && (
          <Badge tone="warn">
            <EyeOff size={12} aria-hidden className="me-1" />
            {t`${hidden} hidden characters`}
          </Badge>
        )}
      </span>
    </div>
  )
}

function PriceNow({ row: { price } }: { row: ToolRow }) {
  if (price === undefined) return <PendingValue />
  return (
    <div className="flex flex-col items-end gap-0.5">
      {amountOf(price.now) === 0n || price.now === undefined ? (
        <span className="text-muted">
          <Trans>Free</Trans>
        </span>
      ) : (
        <ShownPrice price={price.now} />
      )}
      {price.next && (
        <span className="text-sm text-muted">
          <Trans>
            <ShownPrice price={price.next} /> <Time value={price.next.startsAt} relative />
          </Trans>
        </span>
      )}
    </div>
  )
}
