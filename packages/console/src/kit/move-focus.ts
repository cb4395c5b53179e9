/**
 * Moves the focus among the elements of a list: arrows go round, Home and End jump, a letter goes to the
 * next one that starts with it. Returns whether the key meant something.
 */
export function moveFocus(list: HTMLElement, selector: string, key: string): boolean {
  const all = [...list.querySelectorAll<HTMLElement>(selector)]
  if (all.length === 0) return false
  const at = all.findIndex((element) => element === document.activeElement)
  const next = targetOf(key, at, all)
  if (next === undefined) return false
  all[next]?.focus()
  return true
}

function targetOf(key: string, at: number, all: readonly HTMLElement[]): number | undefined {
  const count = all.length
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return at < 0 ? count - 1 : (at - 1 + count) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  if (key.length !== 1 || key === ' ') return undefined
  const order = all.map((_, step) => (at + 1 + step) % count)
  return order.find((index) => startsWith(all[index], key))
}

function startsWith(element: HTMLElement | undefined, letter: string): boolean {
  return element?.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()) === true
}
