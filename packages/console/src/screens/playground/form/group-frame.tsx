import { CircleAlert } from 'lucide-react'
import { useId } from 'react'
import type { Issue } from '../../../schema/index.ts'
import { useIssueWords } from './use-issue-words.ts'

/** Label, hint and faults around something that is no single input. */
export function GroupFrame({
  label,
  hint,
  issues,
  actions,
  children,
}: {
  label: React.ReactNode
  hint: React.ReactNode
  issues: readonly Issue[]
  actions?: React.ReactNode
  /** Is given the ids that name and describe the group. */
  children: (ids: { labelledBy: string; describedBy: string | undefined }) => React.ReactNode
}) {
  const id = useId()
  const words = useIssueWords()
  const describedBy = issues.length > 0 ? `${id}-error` : undefined
  return (
    <div role="group" aria-labelledby={`${id}-label`} className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <span id={`${id}-label`} className="font-medium">
            {label}
          </span>
          {hint !== undefined && <div className="text-sm text-muted">{hint}</div>}
        </div>
        {actions}
      </div>
      {children({ labelledBy: `${id}-label`, describedBy })}
      {issues.length > 0 && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-bad">
          <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
          {issues.map(words).join(' ')}
        </p>
      )}
    </div>
  )
}
