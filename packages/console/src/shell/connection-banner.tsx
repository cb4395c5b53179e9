import { Trans, Plural } from '@lingui/react/macro'
import { RotateCw, WifiOff } from 'lucide-react'
import { Button } from '../kit/button.tsx'
import { useNow } from '../session/clock.ts'
import { connection } from '../session/connection.ts'
import { tryNow } from '../session/reconnect.ts'
import { useStore } from '../session/store.ts'

/** Says that the platform does not answer, since when, and when the next try is. */
export function ConnectionBanner() {
  const state = useStore(connection)
  return (
    <div role="status">
      {state.kind === 'lost' && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warn-soft px-4 py-2 md:px-7">
          <WifiOff size={16} aria-hidden className="shrink-0 text-warn" />
          <p className="min-w-0 flex-1 basis-56">
            <strong className="font-medium text-warn">
              <Trans>Connection lost.</Trans>
            </strong>{' '}
            <Trans>What you see is from before it was lost; nothing you did since was sent.</Trans>
          </p>
          <Countdown nextTryAtMs={state.nextTryAtMs} />
          <Button size="sm" icon={RotateCw} onClick={() => void tryNow()}>
            <Trans>Try now</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}

function Countdown({ nextTryAtMs }: { nextTryAtMs: number }) {
  const seconds = Math.max(0, Math.ceil((nextTryAtMs - useNow()) / 1_000))
  return (
    <span aria-hidden className="text-sm text-muted">
      {seconds === 0 ? (
        <Trans>Trying…</Trans>
      ) : (
        <Plural value={seconds} one="Next try in # second" other="Next try in # seconds" />
      )}
    </span>
  )
}
