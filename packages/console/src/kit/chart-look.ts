/** Colours and dashes of the lines, in order: two lines differ without their colour. */
export const LINES = [
  { colour: 'text-series-1', dash: [] },
  { colour: 'text-series-2', dash: [5, 4] },
  { colour: 'text-series-3', dash: [2, 3] },
  { colour: 'text-series-4', dash: [9, 3, 2, 3] },
] as const

/** How the nth line looks; beyond four they begin again. */
export function lineLook(index: number): (typeof LINES)[number] {
  return LINES[index % LINES.length] ?? LINES[0]
}

/** What a utility class makes of the text colour inside an element, as a colour that a canvas knows. */
export function colourOf(holder: HTMLElement, className: string): string {
  const probe = document.createElement('span')
  probe.className = className
  holder.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
