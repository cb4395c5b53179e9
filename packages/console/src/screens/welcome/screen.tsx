import { Trans, useLingui } from '@lingui/react/macro'
import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { redeemLink } from '../../session/sign-in.ts'
import { BarePage } from '../../shell/bare-page.tsx'
import { LinkGone } from './link-gone.tsx'
import { PasswordForm } from './password-form.tsx'

/** The first-run screen, behind a one-time link. */
export const Route = createLazyRoute('/welcome')({ component: WelcomeScreen })

function WelcomeScreen() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [token] = useState(Route.useSearch().token)
  const { mutate, isPending, error } = useMutation({
    mutationFn: redeemLink,
    // Replaced: the used link does not stay in the history.
    onSuccess: () => navigate({ to: '/', replace: true }),
  })
  if (token === undefined || isGone(error)) return <LinkGone />
  return (
    <BarePage
      title={t`Welcome to MCP-Orchestra`}
      lead={
        <Trans>
          Choose a password. From then on you sign in with your e-mail address and this password.
        </Trans>
      }
    >
      <PasswordForm
        busy={isPending}
        problem={error}
        onPassword={(password) => mutate({ token, password })}
      />
    </BarePage>
  )
}

function isGone(error: unknown): boolean {
  return error instanceof OrchestraProblem && error.code === 'identity.link_gone'
}
