import { Trans, useLingui } from '@lingui/react/macro'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { classNames, Money } from '../../../kit/index.ts'
import { cut } from '../form/field-hint.tsx'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import { seenPrice } from '../call/price-of-call.ts'
import type { ToolRow } from '../../servers/detail/tool-row.ts'

/** Height of one line in pixels: two lines of text, and a finger's width. */
const LINE_PX = 52
/** Lines drawn beyond the edges, so that scrolling shows no gap. */
const OVERSCAN = 8

/** Tools as a list of options; only those in sight are drawn, so 500 cost as much as 20. */
export function ToolList({
  rows,
  chosen,
  active,
  onChoose,
  onKeyDown,
}: {
  rows: readonly ToolRow[]
  chosen: string | undefined
  active: number
  onChoose: (tool: string) => void
  onKeyDown: (event: React.KeyboardEvent) => void
}) {
  const { t } = useLingui()
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not used here
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN,
    initialRect: { width: 300, height: 600 },
  })
  useEffect(() => {
    if (active >= 0) lines.scrollToIndex(active)
  }, [active, lines])
  return (
    <div
      ref={scroller}
      id="playground-tools"
      role="listbox"
      aria-label={t`Tools`}
      tabIndex={rows.length > 0 ? 0 : -1}
      aria-activedescendant={active >= 0 ? `playground-tool-${active}` : undefined}
      onKeyDown={onKeyDown}
      className="max-h-[50vh] min-h-24 min-w-0 overflow-y-auto rounded-md border border-line bg-surface focus-visible:-outline-offset-2 lg:max-h-[calc(100vh-16rem)]"
    >
      {rows.length === 0 && (
        <p className="p-3 text-muted">
          <Trans>No tool has these words.</Trans>
        </p>
      )}
      <div role="presentation" className="relative w-full" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start }) => (
          <Line
            key={index}
            row={rows[index]}
            index={index}
            top={start}
            count={rows.length}
            isChosen={rows[index]?.name === chosen}
            isActive={index === active}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  )
}

function Line({
  row,
  index,
  top,
  count,
  isChosen,
  isActive,
  onChoose,
}: {
  row: ToolRow | undefined
  index: number
  top: number
  count: number
  isChosen: boolean
  isActive: boolean
  onChoose: (tool: string) => void
}) {
  if (row === undefined) return null
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list has the focus, this is its active option (WAI-ARIA listbox)
    <div
      id={`playground-tool-${index}`}
      role="option"
      aria-selected={isChosen}
      aria-setsize={count}
      aria-posinset={index + 1}
      onClick={() => onChoose(row.name)}
      style={{ transform: `translateY(${top}px)`, height: LINE_PX }}
      className={classNames(
        'absolute inset-x-0 top-0 flex cursor-pointer flex-col justify-center border-b border-line px-3 hover:bg-hover',
        isChosen && 'bg-selected shadow-[inset_3px_0_0_var(--color-accent)]',
        isActive &&
          'group-focus-within/picker:outline-1 group-focus-within/picker:-outline-offset-1 group-focus-within/picker:outline-focus',
      )}
    >
      <span className="flex min-w-0 items-baseline justify-between gap-2">
        <code className="truncate font-medium">
          <HiddenText text={cut(row.name, NAME_MAX)} />
        </code>
        <span className="shrink-0 text-xs text-muted">
          <ListedPrice price={row.price} />
        </span>
      </span>
      <span className="truncate text-sm text-muted">
        {row.tool === undefined ? (
          <Trans>not listed any more</Trans>
        ) : (
          <HiddenText text={cut(row.tool.description ?? row.tool.title ?? '', NAME_MAX)} />
        )}
      </span>
    </div>
  )
}

/** Characters of a name or description in the list. */
const NAME_MAX = 160

function ListedPrice({ price }: Pick<ToolRow, 'price'>) {
  if (price === undefined) return null
  const seen = seenPrice(price.now)
  return seen === undefined ? <Trans>free</Trans> : <Money value={seen.money} />
}
