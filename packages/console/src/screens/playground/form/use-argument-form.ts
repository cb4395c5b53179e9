import { useMemo, useReducer, useState } from 'react'
import {
  checkValue,
  createDocument,
  initialArguments,
  isObject,
  parseJson,
  pointerOf,
  reduceForm,
  startForm,
  type FormState,
  type Issue,
} from '../../../schema/index.ts'
import type { FormScope } from './form-context.ts'

/** A form being filled in, and whether it may be sent. */
export type ArgumentForm = FormScope & {
  /** Shows all faults; false when there is one that this page is sure of. */
  readonly attempt: () => boolean
  /** Whether checking was given up at a bound: the server is the judge of the rest. */
  readonly isPartlyChecked: boolean
}

/** The form of one tool, started from its schema or from arguments of an address. */
export function useArgumentForm(schema: unknown, args: string | undefined): ArgumentForm {
  const document = useMemo(() => createDocument(schema ?? { type: 'object' }), [schema])
  const [state, dispatch] = useReducer(reduceForm, { document, args }, start)
  const [tried, setTried] = useState(false)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const { value, choices, drafts, raw } = state
  const findings = useMemo(
    () => checkValue(document, document.root, value, { choices }),
    [document, value, choices],
  )
  const issues = useMemo(() => byPointer(findings.issues), [findings])
  const isSound = findings.issues.length === 0 && drafts.size === 0 && raw?.fault === undefined
  return {
    document,
    state,
    dispatch,
    issues,
    tried,
    touched,
    touch: (path) => setTouched((before) => new Set([...before, pointerOf(path)])),
    attempt() {
      setTried(true)
      return isSound
    },
    isPartlyChecked: !findings.complete,
  }
}

function start({
  document,
  args,
}: {
  document: FormScope['document']
  args: string | undefined
}): FormState {
  const parsed = args === undefined ? undefined : parseJson(args)
  return startForm(
    parsed?.ok === true && isObject(parsed.value) ? parsed.value : initialArguments(document),
  )
}

function byPointer(issues: readonly Issue[]): ReadonlyMap<string, readonly Issue[]> {
  return Map.groupBy(issues, ({ path }) => pointerOf(path))
}
