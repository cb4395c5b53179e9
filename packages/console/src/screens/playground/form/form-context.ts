import { createContext, useContext } from 'react'
import {
  pointerOf,
  valueAt,
  type FormAction,
  type FormState,
  type Issue,
  type Json,
  type Path,
  type SchemaDocument,
} from '../../../schema/index.ts'

/** What every field of one form shares. */
export type FormScope = {
  readonly document: SchemaDocument
  readonly state: FormState
  readonly dispatch: (action: FormAction) => void
  readonly issues: ReadonlyMap<string, readonly Issue[]>
  /** Whether a call was tried: then also what was never touched is found missing. */
  readonly tried: boolean
  /** Remembers that a person was at a place; faults are shown from then on. */
  readonly touch: (path: Path) => void
  readonly touched: ReadonlySet<string>
}

/** The form around a field. */
export const FormContext = createContext<FormScope | undefined>(undefined)

/** The form around a field; a field without a form is a bug. */
export function useForm(): FormScope {
  const scope = useContext(FormContext)
  if (scope === undefined) throw new Error('a field stands outside of a form')
  return scope
}

/** One place of the form: its value, its faults, and ways to change it. */
export type FormPlace = {
  readonly value: Json | undefined
  /** Text that means no value yet. */
  readonly draft: string | undefined
  readonly issues: readonly Issue[]
  readonly set: (value: Json) => void
  readonly clear: () => void
  readonly keepDraft: (text: string) => void
  readonly onBlur: () => void
}

/** One place of the form around. */
export function usePlace(path: Path): FormPlace {
  const { state, dispatch, issues, tried, touch, touched } = useForm()
  const pointer = pointerOf(path)
  const draft = state.drafts.get(pointer)
  const shown = tried || touched.has(pointer)
  const own = draft === undefined ? (issues.get(pointer) ?? []) : [{ path, code: NOT_A_NUMBER }]
  return {
    value: valueAt(state.value, path),
    draft,
    issues: shown ? own.filter(({ code }) => tried || code !== 'required') : [],
    set: (value) => dispatch({ do: 'set', path, value }),
    clear: () => dispatch({ do: 'clear', path }),
    keepDraft: (text) => dispatch({ do: 'draft', path, text }),
    onBlur: () => touch(path),
  }
}

const NOT_A_NUMBER = 'not_a_number' as const
