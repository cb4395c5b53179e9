import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Manifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) })

/** The path of the program that an installed package brings: run with our Node, without npx or a shell. */
export function programOf(packageName: string): string {
  const manifestPath = createRequire(import.meta.url).resolve(`${packageName}/package.json`)
  const { bin } = Manifest.parse(JSON.parse(readFileSync(manifestPath, 'utf8')))
  const file = typeof bin === 'string' ? bin : Object.values(bin)[0]
  if (file === undefined) throw new Error(`${packageName} brings no program`)
  return join(dirname(manifestPath), file)
}
