import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Card, Notice, ProblemNotice, StatusDot, Tabs } from '../../../kit/index.ts'
import type { CallRecord, Outcome } from '../call/call-record.ts'
import { ContentView } from './content-view.tsx'
import { FramesView } from './frames-view.tsx'
import { MessagesView } from './messages-view.tsx'
import { readResult, type ReadResult } from './read-result.ts'
import type { ResultProps } from './result-props.ts'
import { ReceiptLine } from './receipt-line.tsx'
import { Refusal } from './refusal.tsx'
import { StructuredView } from './structured-view.tsx'

type View = 'result' | 'structured' | 'messages' | 'frames'

/** How a call ended: its result or refusal, its cost, and what went over the wire. */
export default function ResultCard({ record, again, actions }: ResultProps) {
  const { t } = useLingui()
  const [view, setView] = useState<View>('result')
  const { outcome } = record
  const result = outcome.kind === 'answered' ? readResult(outcome.response.result) : undefined
  const hasStructured = result?.hasStructured === true
  const shown = view === 'structured' && !hasStructured ? 'result' : view
  return (
    <Card
      className={isBad(outcome, result) ? 'border-bad!' : ''}
      title={<ResultTitle record={record} result={result} />}
      actions={actions}
      footer={<ReceiptLine record={record} />}
    >
      <Tabs
        label={t`Result`}
        value={shown}
        onChange={setView}
        items={[
          { value: 'result', label: <Trans>Result</Trans>, count: result?.parts.length },
          ...(hasStructured
            ? [{ value: 'structured' as const, label: <Trans>Structured</Trans> }]
            : []),
          { value: 'messages', label: <Trans>Messages</Trans>, count: record.messages.length },
          { value: 'frames', label: <Trans>Raw frames</Trans>, count: record.frames.length },
        ]}
      >
        <div className="flex min-w-0 flex-col gap-3 pt-4">
          {shown === 'result' && <Ending record={record} result={result} again={again} />}
          {shown === 'structured' && (
            <StructuredView structured={result?.structured} frame={lastReceived(record)} />
          )}
          {shown === 'messages' && <MessagesView messages={record.messages} />}
          {shown === 'frames' && <FramesView frames={record.frames} />}
        </div>
      </Tabs>
    </Card>
  )
}

function isBad({ kind }: Outcome, result: ReadResult | undefined): boolean {
  return kind === 'refused' || kind === 'failed' || result?.isError === true
}

function ResultTitle({ record, result }: { record: CallRecord; result: ReadResult | undefined }) {
  const { t } = useLingui()
  const { outcome } = record
  if (outcome.kind === 'cancelled') return <StatusDot tone="neutral" label={t`Cancelled`} />
  if (outcome.kind === 'refused') return <StatusDot tone="bad" label={t`Refused`} />
  if (outcome.kind === 'failed') return <StatusDot tone="bad" label={t`Failed on this page`} />
  if (result?.asksForInput === true) return <StatusDot tone="warn" label={t`Asks for input`} />
  return result?.isError === true ? (
    <StatusDot tone="bad" label={t`The tool reported an error`} />
  ) : (
    <StatusDot tone="good" label={t`Result`} />
  )
}

function Ending({
  record,
  result,
  again,
}: {
  record: CallRecord
  result: ReadResult | undefined
  again: ResultProps['again']
}) {
  const { outcome } = record
  if (outcome.kind === 'refused')
    return <Refusal record={record} problem={outcome.problem} again={again} />
  if (outcome.kind === 'failed') return <ProblemNotice problem={outcome.error} />
  if (outcome.kind === 'cancelled') {
    return (
      <p className="text-muted">
        <Trans>You gave this call up before it was answered.</Trans>
      </p>
    )
  }
  if (result === undefined) return null
  return (
    <>
      {result.asksForInput && (
        <Notice tone="warn" title={<Trans>The server asks for input before it answers</Trans>}>
          <Trans>This page cannot give it; what it asks is in the raw frames.</Trans>
        </Notice>
      )}
      <ContentView result={result} tool={record.tool} />
    </>
  )
}

function lastReceived(record: CallRecord): string | undefined {
  return record.frames.findLast(({ direction }) => direction === 'received')?.text
}
