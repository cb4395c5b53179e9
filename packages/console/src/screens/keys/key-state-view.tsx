import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { StatusDot, type Tone } from '../../kit/index.ts'
import type { KeyState } from './key-state.ts'

/** The words of each state of a key. */
export const KEY_STATE_WORD: Readonly<Record<KeyState, MessageDescriptor>> = {
  active: msg`Active`,
  expiring: msg`Ends soon`,
  replaced: msg`Replaced, still works`,
  expired: msg`Expired`,
  revoked: msg`Revoked`,
}

const TONE: Readonly<Record<KeyState, Tone>> = {
  active: 'good',
  expiring: 'warn',
  replaced: 'info',
  expired: 'neutral',
  revoked: 'bad',
}

/** What a key is now. */
export function KeyStateView({ state }: { state: KeyState }) {
  const { i18n } = useLingui()
  return <StatusDot tone={TONE[state]} label={i18n._(KEY_STATE_WORD[state])} />
}
