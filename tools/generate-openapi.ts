import { readFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { openApiDocument } from '../packages/api/src/openapi.ts'

const ROOT = join(import.meta.dirname, '..')
const DOCUMENT = join(ROOT, 'packages/api/openapi.json')
const CLIENT = join(ROOT, 'packages/sdk/src/generated/openapi.ts')
const MARK = '// Generated from packages/api/openapi.json by `npm run generate`. Do not edit.\n'

/**
 * Writes `openapi.json` and the SDK's types from the route objects; with `check` it writes nothing and
 * returns the files that are not up to date.
 */
export async function generateOpenApi(options: { readonly check: boolean }): Promise<string[]> {
  const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`
  const types = await openapiTypescript(text, {
    alphabetize: true,
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
  })
  const wanted = [
    [DOCUMENT, text],
    [CLIENT, MARK + astToString(types)],
  ] as const
  const stale: string[] = []
  for (const [path, content] of wanted) {
    if ((await readFile(path, 'utf8').catch(() => '')) === content) continue
    stale.push(path)
    if (options.check) continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return stale
}
