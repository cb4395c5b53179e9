import { isArray, isObject, memberOf, type Json } from './json.ts'

/** Where a value is inside another: member names and item indexes. */
export type Path = readonly (string | number)[]

/** A path as a JSON Pointer (RFC 6901): the key of what is remembered about a field. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The value at a path; undefined when there is none. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root
  for (const step of path) {
    if (typeof step === 'number') value = isArray(value) ? value[step] : undefined
    else value = isObject(value) ? memberOf(value, step) : undefined
  }
  return value
}

/** A copy with the value at the path set; parents that are missing, or of the wrong kind, are made. */
export function setAt(root: Json | undefined, path: Path, value: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') {
    const items = isArray(root) ? [...root] : []
    const index = Math.min(step, items.length)
    items[index] = setAt(items[index], rest, value)
    return items
  }
  const object = isObject(root) ? root : {}
  const inner = setAt(memberOf(object, step), rest, value)
  return Object.fromEntries([
    ...Object.entries(object).map(([name, member]): [string, Json] => [
      name,
      name === step ? inner : member,
    ]),
    ...(Object.hasOwn(object, step) ? [] : [[step, inner] as const]),
  ])
}

/** A copy without the value at the path: the member goes, later items move up. */
export function removeAt(root: Json, path: Path): Json {
  const [step, ...rest] = path
  if (step === undefined) return root
  if (isArray(root) && typeof step === 'number') {
    const item = root[step]
    if (item === undefined) return root
    if (rest.length === 0) return root.toSpliced(step, 1)
    return root.with(step, removeAt(item, rest))
  }
  if (!isObject(root) || typeof step === 'number') return root
  const member = memberOf(root, step)
  if (member === undefined) return root
  if (rest.length > 0) return setAt(root, [step], removeAt(member, rest))
  return Object.fromEntries(Object.entries(root).filter(([name]) => name !== step))
}

/** A copy with a member renamed in its place; unchanged when the new name is taken. */
export function renameAt(root: Json, path: Path, from: string, to: string): Json {
  const object = valueAt(root, path)
  if (!isObject(object) || !Object.hasOwn(object, from) || Object.hasOwn(object, to)) return root
  const members = Object.entries(object).map(([name, member]): [string, Json] => [
    name === from ? to : name,
    member,
  ])
  return setAt(root, path, Object.fromEntries(members))
}
