import { useLingui } from '@lingui/react/macro'
import type { LinkedTransfer } from './linked.ts'

const PATHS = {
  first: 'M10 12 H3 V24',
  middle: 'M3 0 V24 M3 12 H10',
  last: 'M3 0 V12 H10',
} as const

/** A bracket along transfers of one thing; screen readers hear how many they are. */
export function LinkedMark({ transfer }: { transfer: LinkedTransfer }) {
  const { t } = useLingui()
  if (transfer.place === 'single') return null
  return (
    <span className="pointer-events-none absolute -inset-y-[calc(var(--size-row-pad)+1px)] -start-2.5 max-sm:hidden rtl:-scale-x-100">
      <svg aria-hidden viewBox="0 0 10 24" preserveAspectRatio="none" className="h-full w-2.5">
        <path
          d={PATHS[transfer.place]}
          fill="none"
          className="stroke-field"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <span className="sr-only">{t`One of ${transfer.together} linked transfers.`}</span>
    </span>
  )
}
