/** What of a DOM rectangle is needed. */
export type Box = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The least distance to the window's edge and to the anchor, in CSS pixels. */
const GAP = 6

/**
 * Where a floating thing goes: under its anchor, or above where there is more room; aligned to one edge of
 * it, or centred; never beyond the window. In CSS pixels of the window.
 */
export function placeBeside(
  anchor: Box,
  float: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number },
  align: 'left' | 'right' | 'centre',
): { left: number; top: number } {
  const below = anchor.top + anchor.height + GAP
  const above = anchor.top - float.height - GAP
  const fitsBelow = below + float.height <= view.height - GAP
  const top = fitsBelow || above < GAP ? Math.min(below, view.height - float.height - GAP) : above
  const wanted = {
    left: anchor.left,
    right: anchor.left + anchor.width - float.width,
    centre: anchor.left + (anchor.width - float.width) / 2,
  }[align]
  const left = Math.min(wanted, view.width - float.width - GAP)
  return { left: Math.max(GAP, left), top: Math.max(GAP, top) }
}

/** Puts an open popover beside its anchor. */
export function movePopover(
  anchor: Element,
  popover: HTMLElement,
  align: 'start' | 'end' | 'centre',
): void {
  const rightToLeft = document.documentElement.dir === 'rtl'
  const side =
    align === 'centre' ? 'centre' : (align === 'start') === rightToLeft ? 'right' : 'left'
  const size = { width: popover.offsetWidth, height: popover.offsetHeight }
  const view = { width: document.documentElement.clientWidth, height: globalThis.innerHeight }
  const { left, top } = placeBeside(anchor.getBoundingClientRect(), size, view, side)
  popover.style.left = `${left}px`
  popover.style.top = `${top}px`
}
