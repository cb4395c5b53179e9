import { Trans } from '@lingui/react/macro'

const WIDTHS = ['w-11/12', 'w-3/4', 'w-5/6', 'w-2/3']

/** The place of what is being loaded: as many lines as will come, so that nothing jumps. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">
        <Trans>Loading</Trans>
      </span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          key={index}
          aria-hidden
          className={`h-4 animate-pulse rounded-sm bg-hover ${WIDTHS[index % WIDTHS.length]}`}
        />
      ))}
    </div>
  )
}
