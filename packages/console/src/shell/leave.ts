import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { toast } from '../kit/toast.ts'
import { signOut } from '../session/sign-in.ts'

/** Signs out and goes to the sign-in screen; says so when the platform did not hear of it. */
export function useLeave(): () => Promise<void> {
  const { t } = useLingui()
  const navigate = useNavigate()
  return async () => {
    try {
      await signOut()
    } catch {
      toast.show({
        tone: 'bad',
        title: t`You are still signed in: the platform did not answer. Try again.`,
      })
      return
    }
    await navigate({ to: '/sign-in' })
  }
}
