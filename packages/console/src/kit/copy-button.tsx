import { Trans, useLingui } from '@lingui/react/macro'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'
import type { ButtonVariant } from './button-look.ts'
import { IconButton } from './icon-button.tsx'
import { VisuallyHidden } from './visually-hidden.tsx'

/** How long "copied" stays, in milliseconds: long enough to be seen once. */
const COPIED_MS = 2_000

/** Copies a text and says so; an icon, or with `wide` a button with its label. */
export function CopyButton({
  text,
  label,
  wide = false,
  variant,
}: {
  text: string
  label: string
  wide?: boolean
  variant?: ButtonVariant
}) {
  const { t } = useLingui()
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = setTimeout(() => setState('idle'), COPIED_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const icon = state === 'copied' ? Check : Copy
  return (
    <>
      {wide ? (
        <Button {...(variant === undefined ? {} : { variant })} icon={icon} onClick={copy}>
          {state === 'copied' ? <Trans>Copied</Trans> : label}
        </Button>
      ) : (
        <IconButton
          label={state === 'copied' ? t`Copied` : label}
          icon={icon}
          onClick={copy}
          className="size-7! pointer-coarse:size-11!"
        />
      )}
      <VisuallyHidden>
        <span role="status">
          {state === 'copied'
            ? t`Copied`
            : state === 'refused'
              ? t`The browser did not allow copying.`
              : ''}
        </span>
      </VisuallyHidden>
    </>
  )
}
