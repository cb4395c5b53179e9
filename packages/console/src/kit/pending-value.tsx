/** The place of a figure that is on its way: nothing is shown that could be read as one. */
export function PendingValue() {
  return <span aria-hidden className="inline-block h-4 w-20 animate-pulse rounded-sm bg-hover" />
}
