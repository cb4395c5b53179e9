import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Disclosure, Notice, Tabs } from '../../../kit/index.ts'
import { fieldOf, type Field } from '../../../schema/index.ts'
import { Shaped, FieldView } from './field-view.tsx'
import { FormContext } from './form-context.ts'
import { ObjectMembers } from './object-field.tsx'
import { RawEditor } from './raw-editor.tsx'
import { useIssueWords } from './use-issue-words.ts'
import type { ArgumentForm as Form } from './use-argument-form.ts'

/** The arguments of a tool, as a form or as JSON: two views of one value. */
export function ArgumentForm({ form }: { form: Form }) {
  const { t } = useLingui()
  const { state, dispatch } = form
  const isRaw = state.raw !== undefined
  return (
    <FormContext value={form}>
      <Tabs
        label={t`Arguments`}
        value={isRaw ? 'json' : 'form'}
        onChange={(view) => dispatch({ do: view === 'json' ? 'open_raw' : 'close_raw' })}
        items={[
          { value: 'form', label: <Trans>Form</Trans> },
          { value: 'json', label: <Trans>JSON</Trans> },
        ]}
      >
        <div className="flex min-w-0 flex-col gap-4 pt-4">
          {isRaw ? <RawEditor /> : <FormFields form={form} />}
          <WholeIssues form={form} />
        </div>
      </Tabs>
    </FormContext>
  )
}

function FormFields({ form: { document, state } }: { form: Form }) {
  const place = { document, path: [], value: state.value, choices: state.choices }
  const field = fieldOf(place, [document.root])
  if (field.shape.kind === 'object') return <RootMembers field={field} />
  if (field.shape.kind !== 'union') {
    return (
      <p className="text-muted">
        <Trans>The schema of this tool names no fields. Write its arguments as JSON.</Trans>
      </p>
    )
  }
  return (
    <Shaped
      path={[]}
      name="arguments"
      field={field}
      required
      depth={0}
      renderField={(inner) => <FieldView key={inner.path.join('/')} {...inner} />}
    />
  )
}

function RootMembers({ field }: { field: Field }) {
  const { shape, notes } = field
  if (shape.kind !== 'object') return null
  const members = (
    <ObjectMembers
      path={[]}
      field={field}
      depth={0}
      renderField={(inner) => <FieldView key={inner.path.join('/')} {...inner} />}
    />
  )
  return (
    <>
      {shape.members.length > 0 ? (
        members
      ) : (
        <>
          <p className="text-muted">
            <Trans>This tool names no arguments.</Trans>
          </p>
          {shape.isOpen && (
            <Disclosure summary={<Trans>Send some anyway</Trans>}>{members}</Disclosure>
          )}
        </>
      )}
      {notes.length > 0 && (
        <p className="text-sm text-faint">
          <Trans>
            Not checked here: <code>{notes.map(({ keyword }) => keyword).join(', ')}</code>
          </Trans>
        </p>
      )}
    </>
  )
}

/** All faults together, beside the call: the field of one may be far up, or, in the JSON view, nowhere. */
function WholeIssues({ form }: { form: Form }) {
  const words = useIssueWords()
  const { state, issues, tried, isPartlyChecked } = form
  const drafts = [...state.drafts.keys()].map((pointer) => [pointer, [DRAFT]] as const)
  const places = [...issues, ...drafts]
  return (
    <>
      {tried && places.length > 0 && (
        <Notice
          tone="bad"
          live
          title={<Plural value={places.length} one="One thing to mend" other="# things to mend" />}
        >
          <ul>
            {places.slice(0, PLACES_SHOWN).map(([pointer, found]) => (
              <li key={pointer}>
                {pointer !== '' && <code className="break-all">{pointer}</code>}{' '}
                {found.map(words).join(' ')}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {isPartlyChecked && (
        <Notice tone="info" title={<Trans>Only partly checked here</Trans>}>
          <Trans>
            This schema is larger than a page should work through, or goes in circles. The server
            checks all of it.
          </Trans>
        </Notice>
      )}
    </>
  )
}

const DRAFT = { path: [], code: 'not_a_number' } as const

/** Faults listed at once. */
const PLACES_SHOWN = 10
