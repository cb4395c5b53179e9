import { createHmac, timingSafeEqual } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { SnapshotChange } from '@mcp-orchestra/api/snapshot'
import { instant, type Instant } from '@mcp-orchestra/kernel'
import { z } from 'zod'

/** The last snapshot as it lies on disk. */
export type SavedSnapshot = {
  readonly version: number
  readonly epoch: number
  readonly changes: readonly SnapshotChange[]
  /** Wall time at which the control plane was last heard. */
  readonly heardAt: Instant
}

/** The copy that lets a gateway restart while the control plane is away (spending §7.21). */
export interface DiskCopy {
  /** Undefined when there is none, or when it was not written with this gateway's secret. */
  load(): Promise<SavedSnapshot | undefined>
  save(snapshot: SavedSnapshot): Promise<void>
  /** Renews only the time of the saved snapshot: cheap enough to be done every few seconds. */
  saveHeard(version: number, heardAt: Instant): Promise<void>
}

const Body = z.object({
  format: z.literal(1),
  version: z.int(),
  epoch: z.int(),
  heardAtMs: z.int(),
  changes: z.array(SnapshotChange),
})
const Heard = z.object({ format: z.literal(1), version: z.int(), heardAtMs: z.int() })

/**
 * Two files of mode 0600, `snapshot.json` and `snapshot-heard.json`: a line with the HMAC-SHA256 under the
 * gateway's secret, then the JSON. Whoever can write the directory but does not know the secret cannot
 * plant a key.
 */
export function createDiskCopy(directory: string, secret: string): DiskCopy {
  const body = sealedFile(join(directory, 'snapshot.json'), secret)
  const heard = sealedFile(join(directory, 'snapshot-heard.json'), secret)
  return {
    async load() {
      const saved = Body.safeParse(await body.read())
      if (!saved.success) return undefined
      const { version, epoch, changes, heardAtMs } = saved.data
      const renewed = Heard.safeParse(await heard.read())
      const heardAt =
        renewed.success && renewed.data.version === version
          ? Math.max(renewed.data.heardAtMs, heardAtMs)
          : heardAtMs
      return { version, epoch, changes, heardAt: instant(heardAt) }
    },
    save: ({ version, epoch, changes, heardAt }) =>
      body.write({ format: 1, version, epoch, heardAtMs: heardAt, changes }),
    saveHeard: (version, heardAt) => heard.write({ format: 1, version, heardAtMs: heardAt }),
  }
}

function sealedFile(
  path: string,
  secret: string,
): { read(): Promise<unknown>; write(value: unknown): Promise<void> } {
  const sealOf = (text: string): Buffer =>
    createHmac('sha256', secret).update(`${path}\n`).update(text).digest()
  return {
    async read() {
      let content: string
      try {
        content = await readFile(path, 'utf8')
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
        throw cause
      }
      const end = content.indexOf('\n')
      const seal = Buffer.from(content.slice(0, Math.max(end, 0)), 'hex')
      const text = content.slice(end + 1)
      const expected = sealOf(text)
      if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return undefined
      return JSON.parse(text) as unknown
    },
    async write(value) {
      const text = JSON.stringify(value)
      const draft = `${path}.new`
      const file = await open(draft, 'w', 0o600)
      try {
        await file.writeFile(`${sealOf(text).toString('hex')}\n${text}`)
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(draft, path)
    },
  }
}
