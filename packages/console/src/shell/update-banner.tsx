import { Trans } from '@lingui/react/macro'
import { RefreshCw } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from '../kit/button.tsx'
import { useStore } from '../session/store.ts'
import { startUpdates, update } from './update.ts'

/** Says that the platform now serves a newer console, and loads it when asked: never under one's hands. */
export function UpdateBanner() {
  const apply = useStore(update)
  useEffect(startUpdates, [])
  return (
    <div role="status">
      {apply !== undefined && (
        <div className="flex flex-wrap items-center gap-3 border-b border-line bg-info-soft px-4 py-2 md:px-7">
          <p className="min-w-0 flex-1">
            <Trans>There is a new version of the console.</Trans>
          </p>
          <Button size="sm" icon={RefreshCw} onClick={apply}>
            <Trans>Reload</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}
