import { Trans, useLingui } from '@lingui/react/macro'
import { SearchX } from 'lucide-react'
import { EmptyState } from '../../kit/empty-state.tsx'
import { LinkButton } from '../../kit/link-button.tsx'
import { Page } from '../../kit/page.tsx'

/** An address that leads nowhere. */
export default function NotFound() {
  const { t } = useLingui()
  return (
    <Page title={t`Page not found`}>
      <EmptyState
        icon={SearchX}
        title={t`There is nothing at this address`}
        body={<Trans>It may have been moved, or the link was cut.</Trans>}
        action={
          <LinkButton to="/" variant="primary">
            <Trans>Go home</Trans>
          </LinkButton>
        }
      />
    </Page>
  )
}
