import { Trans, useLingui } from '@lingui/react/macro'
import { createLazyRoute, useRouter } from '@tanstack/react-router'
import { CodeBlock } from '../../kit/code-block.tsx'
import { Disclosure } from '../../kit/disclosure.tsx'
import { BarePage } from '../../shell/bare-page.tsx'
import { NEW_LINK_COMMAND } from '../welcome/new-link.ts'
import { SignInForm } from './sign-in-form.tsx'

/** The sign-in screen. */
export const Route = createLazyRoute('/sign-in')({ component: SignInScreen })

function SignInScreen() {
  const { t } = useLingui()
  const router = useRouter()
  const { next } = Route.useSearch()
  const goOn = (path = '/'): void => {
    // The end of an authorization is a page of the platform, not of the console.
    if (path.startsWith('/v1/')) globalThis.location.assign(path)
    else router.history.push(path)
  }
  return (
    <BarePage title={t`Sign in`}>
      <SignInForm onDone={() => goOn(next)} />
      <Disclosure summary={<Trans>No password yet, or forgotten?</Trans>}>
        <p className="mb-2 text-muted">
          <Trans>An operator makes a link that works once, on the machine of the platform:</Trans>
        </p>
        <CodeBlock text={NEW_LINK_COMMAND} label={t`Terminal`} wrap />
      </Disclosure>
    </BarePage>
  )
}
