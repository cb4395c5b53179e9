import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from '../run.ts'
import { listFiles, readText } from './sources.ts'

/**
 * The console's catalogs hold each text of its sources, in every language: a text that was not extracted
 * would be shown as its id. With `fix` what was extracted stays.
 */
export async function checkCatalogs(fix: boolean): Promise<readonly string[]> {
  const before = new Map(
    listFiles('packages/console/src/i18n/*.po').map((path) => [path, readText(path)]),
  )
  if (before.size === 0) return ['packages/console/src/i18n has no catalogs']
  const { code, output } = await run('npm', ['run', '-s', 'extract', '-w', 'packages/console'])
  if (code !== 0) return [output]
  const complaints: string[] = []
  for (const [path, text] of before) {
    const now = readText(path)
    if (/^msgstr ""$\n(?!")/m.test(now.slice(now.indexOf('\n\n')))) {
      complaints.push(`${path} lacks translations`)
    }
    if (fix || now === text) continue
    complaints.push(`${path} lacks texts, or has some too many: npm run check -- --fix`)
    writeFileSync(join(ROOT, path), text)
  }
  return complaints
}
