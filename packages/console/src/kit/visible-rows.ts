import { useVirtualizer } from '@tanstack/react-virtual'
import type { Ref, RefObject } from 'react'

/** Up to here all rows are drawn: a browser lays them out in a few milliseconds, and find-in-page works. */
const DRAW_ALL_MAX = 100
/** A guess at a row's height in pixels, until it is measured. */
const ROW_PX = 41
/** Rows drawn beyond what is seen, so that quick scrolling shows no gap. */
const OVERSCAN = 12

/** Which rows to draw, and the height of those that are not. */
export type VisibleRows = {
  readonly virtual: boolean
  readonly indexes: readonly number[]
  readonly before: number
  readonly after: number
  readonly measure: Ref<HTMLTableRowElement> | undefined
  /** Scrolls a row into view. */
  show(index: number): void
}

/** Draws all of a short list, and of a long one only what its scroller shows. */
export function useVisibleRows(
  count: number,
  scroller: RefObject<HTMLElement | null>,
): VisibleRows {
  const virtual = count > DRAW_ALL_MAX
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not in use
  const rows = useVirtualizer({
    count,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  })
  if (!virtual) {
    const indexes = Array.from({ length: count }, (_, index) => index)
    return { virtual, indexes, before: 0, after: 0, measure: undefined, show: () => undefined }
  }
  const items = rows.getVirtualItems()
  return {
    virtual,
    indexes: items.map(({ index }) => index),
    before: items[0]?.start ?? 0,
    after: Math.max(0, rows.getTotalSize() - (items.at(-1)?.end ?? 0)),
    measure: rows.measureElement,
    show: (index) => rows.scrollToIndex(index),
  }
}
