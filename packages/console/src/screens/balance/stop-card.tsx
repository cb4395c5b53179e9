import { Trans, useLingui } from '@lingui/react/macro'
import type { Stop } from '@mcp-orchestra/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { CircleStop } from 'lucide-react'
import { useState } from 'react'
import { Button, Card, ProblemNotice, Skeleton, Time, toast } from '../../kit/index.ts'
import { resumeMutation, stopsQuery } from '../../queries/stops.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { CapScope } from './cap-scope.tsx'
import { StopDialog } from './stop-dialog.tsx'

/** The stop button, and what is stopped now. */
export function StopCard() {
  const stops = useQuery(stopsQuery(useOrchestra()))
  const may = useMay('caps:write')
  const [asking, setAsking] = useState(false)
  const items = stops.data?.items
  const isAllStopped = items?.some(({ scope }) => scope.kind === 'organization') === true
  return (
    <Card
      title={<Trans>Stop button</Trans>}
      actions={
        may &&
        items !== undefined &&
        !isAllStopped && (
          <Button size="sm" variant="danger" icon={CircleStop} onClick={() => setAsking(true)}>
            <Trans>Stop all spending</Trans>
          </Button>
        )
      }
    >
      {stops.error !== null && items === undefined ? (
        <ProblemNotice problem={stops.error} retry={() => void stops.refetch()} />
      ) : items === undefined ? (
        <Skeleton lines={2} />
      ) : items.length === 0 ? (
        <p className="text-muted">
          <Trans>
            Nothing is stopped. The button ends paid calls on every gateway within a second; free
            tools go on.
          </Trans>
        </p>
      ) : (
        <ul className="flex flex-col gap-4">
          {items.map((stop) => (
            <StopLine key={stop.id} stop={stop} resumable={may} />
          ))}
        </ul>
      )}
      <StopDialog open={asking} onClose={() => setAsking(false)} />
    </Card>
  )
}

function StopLine({ stop, resumable }: { stop: Stop; resumable: boolean }) {
  const { t } = useLingui()
  const operator = useMay('platform:operate')
  const resume = useMutation(resumeMutation(useOrchestra()))
  const { scope, reason, stoppedAt, byOperator } = stop
  const { id } = scope
  return (
    <li className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 font-medium">
          {scope.kind === 'server' ? (
            <Trans>
              Server <code>{id}</code>
            </Trans>
          ) : (
            <CapScope scope={{ kind: scope.kind, id }} />
          )}
        </span>
        {resumable && (operator || !byOperator) && (
          <Button
            size="sm"
            busy={resume.isPending}
            onClick={() =>
              resume.mutate(stop.id, {
                onSuccess: () => toast.show({ tone: 'good', title: t`Spending goes on.` }),
              })
            }
          >
            <Trans>Resume</Trans>
          </Button>
        )}
      </div>
      <p className="text-sm text-muted">
        <Trans>
          Stopped <Time relative value={stoppedAt} />: {reason}
        </Trans>
      </p>
      {byOperator && !operator && (
        <p className="text-sm text-muted">
          <Trans>The platform’s operator stopped this, and only an operator resumes it.</Trans>
        </p>
      )}
      {resume.error !== null && <ProblemNotice problem={resume.error} />}
    </li>
  )
}
