import { pointerOf, type Path } from '../exact/path.ts'

/** Under which a person's choice among the variants at a place is remembered. */
export function choiceKey(path: Path, name: string): string {
  return `${pointerOf(path)}#${name}`
}
