import { Trans, useLingui } from '@lingui/react/macro'
import { KeyRound, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, EmptyState } from '../../kit/index.ts'

/** No key at all: the one command, or the button, that makes the first. */
export function EmptyKeys({ create }: { create: ReactNode }) {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={KeyRound}
      title={t`No keys yet`}
      body={t`A client needs one to call tools.`}
      command="npm run -s orchestra -- keys create laptop --scope tools:call"
      action={create}
    />
  )
}

/** Keys there are, but none that the filters leave. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={SearchX}
      title={t`No key matches these filters`}
      action={
        <Button onClick={onClear}>
          <Trans>Clear the filters</Trans>
        </Button>
      }
    />
  )
}
