import { Trans, useLingui } from '@lingui/react/macro'
import { CodeBlock } from '../../kit/code-block.tsx'
import { LinkButton } from '../../kit/link-button.tsx'
import { BarePage } from '../../shell/bare-page.tsx'
import { NEW_LINK_COMMAND } from './new-link.ts'

/** A link that was used, expired or was cut: what to do now. */
export function LinkGone() {
  const { t } = useLingui()
  return (
    <BarePage
      title={t`This link no longer works`}
      lead={
        <Trans>
          A sign-in link works once, for fifteen minutes. Make a new one on the machine of the
          platform:
        </Trans>
      }
    >
      <CodeBlock text={NEW_LINK_COMMAND} label={t`Terminal`} wrap />
      <p className="text-muted">
        <Trans>If you have chosen a password already, sign in with it.</Trans>
      </p>
      <LinkButton to="/sign-in" variant="primary">
        <Trans>Sign in</Trans>
      </LinkButton>
    </BarePage>
  )
}
