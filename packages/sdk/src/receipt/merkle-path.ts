const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/**
 * The root that a leaf and its path lead to (RFC 9162 §2.1.3.2); undefined when a path of this length
 * cannot belong to that place. `index` counts from 0 of `size` leaves; everything is SHA-256 in hex.
 */
export async function rootOfPath(
  leafHash: string,
  index: number,
  size: number,
  path: readonly string[],
): Promise<string | undefined> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return undefined
  if (index < 0 || index >= size) return undefined
  let place = index
  let last = size - 1
  let root = await sha256(LEAF, bytesOf(leafHash))
  for (const sibling of path.map(bytesOf)) {
    if (last === 0) return undefined
    if (place % 2 === 1 || place === last) {
      root = await sha256(NODE, sibling, root)
      // A node without a sibling goes up as it is.
      while (place % 2 === 0 && place !== 0) {
        place /= 2
        last = Math.floor(last / 2)
      }
    } else {
      root = await sha256(NODE, root, sibling)
    }
    place = Math.floor(place / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hexOf(root) : undefined
}

async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined))
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
