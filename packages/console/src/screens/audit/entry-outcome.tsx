import { useLingui } from '@lingui/react/macro'
import type { AuditEntry } from '@mcp-orchestra/sdk'
import { StatusDot } from '../../kit/index.ts'

/** Whether it was done, or refused without effect. */
export function EntryOutcome({ value }: { value: AuditEntry['outcome'] }) {
  const { t } = useLingui()
  return value === 'done' ? (
    <StatusDot tone="good" label={t`Done`} />
  ) : (
    <StatusDot tone="bad" label={t`Refused`} />
  )
}
