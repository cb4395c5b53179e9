import { Trans, useLingui } from '@lingui/react/macro'
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'
import { Button } from '../kit/button.tsx'
import { Page } from '../kit/page.tsx'
import { ProblemNotice } from '../kit/problem-notice.tsx'

/** A screen that failed: the rest of the console stays usable. */
export default function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui()
  const router = useRouter()
  const retry = (): void => {
    reset()
    void router.invalidate()
  }
  return (
    <Page title={t`This page failed`}>
      <ProblemNotice
        problem={error}
        retry={retry}
        actions={
          <Button size="sm" icon={RefreshCw} onClick={() => globalThis.location.reload()}>
            <Trans>Reload the console</Trans>
          </Button>
        }
      />
    </Page>
  )
}
