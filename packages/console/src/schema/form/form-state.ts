import { isArray, isObject, type Json, type JsonObject } from '../exact/json.ts'
import { parseJson, type JsonFault } from '../exact/parse-json.ts'
import { pointerOf, removeAt, renameAt, setAt, valueAt, type Path } from '../exact/path.ts'
import { writeJson } from '../exact/write-json.ts'
import { forgetUnder, shiftAfter } from './remembered.ts'

/**
 * A form as it is being filled in. The value is the truth; beside it only what a value cannot hold: text
 * that is no number yet, and variants that were picked.
 */
export type FormState = {
  readonly value: JsonObject
  /** What is typed and means no value yet, by pointer. */
  readonly drafts: ReadonlyMap<string, string>
  /** Picked variants, by the union's key. */
  readonly choices: ReadonlyMap<string, number>
  /** The raw editor's text while it is open, with its fault; undefined: the form is shown. */
  readonly raw: { readonly text: string; readonly fault: RawFault | undefined } | undefined
}

/** Why the raw text is not taken over: no JSON, or no object. */
export type RawFault = JsonFault | { readonly code: 'no_object' }

/** What a person does to a form. */
export type FormAction =
  | { readonly do: 'set'; readonly path: Path; readonly value: Json }
  | { readonly do: 'clear'; readonly path: Path }
  /** Text that is no value; the value at the path goes, as it is not what is shown. */
  | { readonly do: 'draft'; readonly path: Path; readonly text: string }
  | {
      readonly do: 'choose'
      readonly path: Path
      readonly key: string
      readonly index: number
      /** What the new variant starts with; undefined leaves the place empty. */
      readonly value: Json | undefined
    }
  | { readonly do: 'rename'; readonly path: Path; readonly from: string; readonly to: string }
  | { readonly do: 'open_raw' }
  | { readonly do: 'edit_raw'; readonly text: string }
  | { readonly do: 'close_raw' }
  | { readonly do: 'replace'; readonly value: JsonObject }

/** A form with these arguments and nothing picked. */
export function startForm(value: JsonObject): FormState {
  return { value, drafts: new Map(), choices: new Map(), raw: undefined }
}

/** Applies one action; never throws, and never changes the state that it was given. */
export function reduceForm(state: FormState, action: FormAction): FormState {
  switch (action.do) {
    case 'set':
      return {
        ...withValue(state, setAt(state.value, action.path, action.value)),
        drafts: without(state.drafts, pointerOf(action.path)),
      }
    case 'clear':
      return clear(state, action.path)
    case 'draft':
      return {
        ...withValue(state, removeMember(state.value, action.path)),
        drafts: new Map([...state.drafts, [pointerOf(action.path), action.text]]),
      }
    case 'choose':
      return choose(state, action)
    case 'rename':
      return {
        ...forgetUnder(state, pointerOf([...action.path, action.from])),
        ...withValue(state, renameAt(state.value, action.path, action.from, action.to)),
        raw: state.raw,
      }
    case 'open_raw':
      return { ...state, raw: { text: writeJson(state.value), fault: undefined } }
    case 'edit_raw':
      return editRaw(state, action.text)
    case 'close_raw':
      return state.raw?.fault === undefined ? { ...state, raw: undefined } : state
    case 'replace':
      return startForm(action.value)
  }
}

function withValue(state: FormState, value: Json): FormState {
  return { ...state, value: isObject(value) ? value : {} }
}

/** A member goes; an item stays as null, so that the items after it keep their places. */
function removeMember(root: Json, path: Path): Json {
  return typeof path.at(-1) === 'number' ? setAt(root, path, null) : removeAt(root, path)
}

function clear(state: FormState, path: Path): FormState {
  const step = path.at(-1)
  const parent = path.slice(0, -1)
  const forgotten = forgetUnder(state, pointerOf(path))
  const cleared = { ...state, ...forgotten, value: valueWithout(state.value, path) }
  if (typeof step !== 'number' || !isArray(valueAt(state.value, parent))) return cleared
  return { ...cleared, ...shiftAfter(cleared, pointerOf(parent), step) }
}

function valueWithout(root: JsonObject, path: Path): JsonObject {
  const value = removeAt(root, path)
  return isObject(value) ? value : {}
}

function choose(
  state: FormState,
  { path, key, index, value }: Extract<FormAction, { do: 'choose' }>,
): FormState {
  const { drafts, choices } = forgetUnder(state, pointerOf(path))
  const next =
    value === undefined ? removeMember(state.value, path) : setAt(state.value, path, value)
  return { ...withValue(state, next), drafts, choices: new Map([...choices, [key, index]]) }
}

function editRaw(state: FormState, text: string): FormState {
  const parsed = parseJson(text)
  if (!parsed.ok) return { ...state, raw: { text, fault: parsed.fault } }
  if (!isObject(parsed.value)) return { ...state, raw: { text, fault: { code: 'no_object' } } }
  return { ...startForm(parsed.value), raw: { text, fault: undefined } }
}

function without(
  drafts: ReadonlyMap<string, string>,
  pointer: string,
): ReadonlyMap<string, string> {
  return drafts.has(pointer) ? new Map([...drafts].filter(([key]) => key !== pointer)) : drafts
}
