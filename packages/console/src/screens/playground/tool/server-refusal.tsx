import { Trans } from '@lingui/react/macro'
import { Notice } from '../../../kit/index.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import type { CallRecord } from '../call/call-record.ts'
import { cut } from '../form/field-hint.tsx'
import { readResult } from '../result/read-result.ts'

/** Characters of what the server said. */
const SAID_MAX = 600

/** What the server found wrong with the arguments, beside the form: it is where it can be mended. */
export function ServerRefusal({ record }: { record: CallRecord }) {
  const said = saidOf(record)
  if (said === undefined) return null
  const isTool = record.outcome.kind === 'answered'
  return (
    <div className="mt-4">
      <Notice
        tone="warn"
        title={
          isTool ? (
            <Trans>The tool reported an error</Trans>
          ) : (
            <Trans>The server did not accept this call</Trans>
          )
        }
      >
        <p className="whitespace-pre-wrap wrap-anywhere">
          <HiddenText text={cut(said, SAID_MAX)} />
        </p>
      </Notice>
    </div>
  )
}

function saidOf({ outcome }: CallRecord): string | undefined {
  if (outcome.kind === 'refused' && outcome.problem.code === 'sdk.rpc_error') {
    return outcome.problem.detail ?? outcome.problem.title
  }
  if (outcome.kind !== 'answered') return undefined
  const { isError, parts } = readResult(outcome.response.result)
  const [first] = parts
  return isError && first?.kind === 'text' ? first.text : undefined
}
