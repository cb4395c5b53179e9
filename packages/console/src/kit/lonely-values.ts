/** Where values stand that have nothing beside them: indices, in order. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const isThere = (index: number): boolean => (values[index] ?? undefined) !== undefined
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1),
  )
}
