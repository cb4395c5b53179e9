import { Trans, useLingui } from '@lingui/react/macro'
import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Notice } from './notice.tsx'

/** What went wrong, as the platform said it: the sentence, the code, the request id, and a way on. */
export function ProblemNotice({
  problem,
  retry,
  compact = false,
  actions,
}: {
  /** What was thrown. */
  problem: unknown
  retry?: () => void
  /** Only the sentence and the code, for the inside of a form or a dialog. */
  compact?: boolean
  /** Further ways on, such as the top-up. */
  actions?: ReactNode
}) {
  const { t } = useLingui()
  // What can be tried again at no risk was a question: the warning about paid calls is not for it.
  const silent = retry !== undefined && isLost(problem)
  const known = problem instanceof OrchestraProblem ? problem : undefined
  const title = silent
    ? t`The platform did not answer.`
    : (known?.title ??
      t`Something went wrong on this page. Reload it, and report it if it happens again.`)
  const detail = known === undefined ? messageOf(problem) : known.detail
  const again = retry !== undefined && (
    <Button size="sm" icon={RotateCw} onClick={retry}>
      <Trans>Try again</Trans>
    </Button>
  )
  return (
    <Notice
      tone="bad"
      live
      title={title}
      actions={
        again !== false || actions !== undefined ? (
          <>
            {again}
            {actions}
          </>
        ) : undefined
      }
    >
      {detail !== undefined && detail !== title && <p>{detail}</p>}
      {known !== undefined && (
        <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-sm text-muted">
          <code>{known.code}</code>
          {!compact && known.instance !== undefined && (
            <span className="inline-flex items-center gap-1">
              <Trans>
                Request <code>{known.instance}</code>
              </Trans>
              <CopyButton text={known.instance} label={t`Copy the request id`} />
            </span>
          )}
        </p>
      )}
    </Notice>
  )
}

function isLost(problem: unknown): boolean {
  return problem instanceof OrchestraProblem && problem.code === 'sdk.connection_lost'
}

function messageOf(problem: unknown): string | undefined {
  return problem instanceof Error && problem.message !== '' ? problem.message : undefined
}
