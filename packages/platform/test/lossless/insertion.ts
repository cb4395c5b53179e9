/**
 * What was inserted in one place to make `longer` of `shorter`; undefined when that is not all that differs.
 * The empty text when they are equal.
 */
export function insertionInto(shorter: string, longer: string): string | undefined {
  let start = 0
  while (start < shorter.length && shorter[start] === longer[start]) start += 1
  const tail = shorter.length - start
  if (longer.length < shorter.length || !longer.endsWith(shorter.slice(start))) return undefined
  return longer.slice(start, longer.length - tail)
}
