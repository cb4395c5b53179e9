import type { CallRecord, SeenPrice } from '../call/call-record.ts'

/** How a refused call can be made again; `accepted` is a price that was shown since. */
export type CallAgain = (price?: { readonly accepted: SeenPrice }) => void

/** What a result is shown with. */
export type ResultProps = {
  readonly record: CallRecord
  /** Makes the call once more; undefined when its tool is not the one that is open. */
  readonly again: CallAgain | undefined
  readonly actions?: React.ReactNode
}
