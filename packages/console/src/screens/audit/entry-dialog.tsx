import { Trans, useLingui } from '@lingui/react/macro'
import type { AuditEntry } from '@mcp-orchestra/sdk'
import { Button, Dialog, Identifier, KeyValue, Time } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { actionText } from './action-words.ts'
import { EntryDetail, shownParts } from './entry-detail.tsx'
import { EntryOutcome } from './entry-outcome.tsx'
import type { AuditSearch } from './search.ts'
import { ThingName } from './thing-name.tsx'

/** An id, and one of a thing that people gave a name. */
const IS_ID = /^[a-z]{3}_/
const HAS_NAME = /^(key|srv|org|mbr)_/

/** One entry with everything that it says, and the ways on from it. */
export function EntryDialog({
  entry,
  names,
  onClose,
  onFilter,
}: {
  entry: AuditEntry | undefined
  names: Names
  onClose: () => void
  onFilter: (change: Pick<AuditSearch, 'actor' | 'target'>) => void
}) {
  const { t, i18n } = useLingui()
  if (entry === undefined) return null
  const { actor, target, action, detail } = entry
  const filter = (change: Pick<AuditSearch, 'actor' | 'target'>): void => {
    onFilter(change)
    onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={actionText(i18n, action)}
      description={<code>{action}</code>}
      footer={
        <>
          <Button onClick={() => filter({ actor })}>
            <Trans>All by the same</Trans>
          </Button>
          <Button onClick={() => filter({ target })}>
            <Trans>All on the same</Trans>
          </Button>
        </>
      }
    >
      <KeyValue
        items={[
          { label: t`Outcome`, value: <EntryOutcome value={entry.outcome} /> },
          { label: t`Time`, value: <Time value={entry.at} /> },
          { label: t`Who`, value: <Both id={actor} names={names} /> },
          { label: t`On what`, value: <Both id={target} names={names} /> },
          { label: t`Entry`, value: <Identifier value={entry.id} full copy /> },
        ]}
      />
      {shownParts(detail).length > 0 && (
        <section aria-label={t`Details`} className="border-t border-line pt-3">
          <EntryDetail detail={detail} names={names} />
        </section>
      )}
    </Dialog>
  )
}

/** The name, and the id that it stands for. */
function Both({ id, names }: { id: string; names: Names }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {(HAS_NAME.test(id) || !IS_ID.test(id)) && <ThingName id={id} names={names} />}
      {IS_ID.test(id) && <Identifier value={id} full copy />}
    </span>
  )
}
