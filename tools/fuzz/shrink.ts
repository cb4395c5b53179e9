/** Tries of one shrinking: each may cost milliseconds. */
const TRIES_MAX = 120

/** A shorter input for which the same still holds: pieces go, large ones first. */
export function shrink(input: string, holds: (candidate: string) => boolean): string {
  let shortest = input
  let tries = 0
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && tries < TRIES_MAX;) {
      const candidate = shortest.slice(0, at) + shortest.slice(at + size)
      tries += 1
      if (holds(candidate)) shortest = candidate
      else at += size
    }
  }
  return shortest
}
