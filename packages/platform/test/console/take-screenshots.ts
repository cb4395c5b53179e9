import { mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startConsole, type ConsoleStage } from './console-stage.ts'
import { ACTED, SCREENS, SIZES, THEMES, type Screen } from './screens.ts'
import { addShowcase } from './showcase.ts'
import { visit } from './watched-page.ts'

/** Where the pictures of the documentation are. */
const FOLDER = fileURLToPath(new URL('../../../../docs/screenshots', import.meta.url))
/** What all pictures together may weigh, in bytes: they are in every clone. */
const ALL_BYTES_MAX = 8_000_000

/** Takes a picture of every screen in both themes and widths: `node packages/platform/test/console/take-screenshots.ts`. */
const stage = await startConsole()
const showcase = await addShowcase(stage)
/** A run that fails leaves the old pictures. */
const folder = await mkdtemp(`${FOLDER}-`)
try {
  const all = [...SCREENS, ...(await makeCalls(stage)), ...ACTED]
  const screens = all.filter(({ pictured }) => pictured !== false)
  let bytes = 0
  for (const { name: size, ...options } of SIZES) {
    for (const theme of THEMES) bytes += await picture({ screens, size, theme, options })
  }
  console.log(`${Math.round(bytes / 1_000)} KB in ${FOLDER}`)
  if (bytes > ALL_BYTES_MAX) throw new Error('the pictures are too large for the repository')
  await rm(FOLDER, { recursive: true, force: true })
  await rename(folder, FOLDER)
} finally {
  await rm(folder, { recursive: true, force: true })
  await stage.close()
  await showcase.close()
}

/** A day at a small shop: calls that were paid, one that failed, a key. */
async function makeCalls({ operator }: ConsoleStage): Promise<Screen[]> {
  const calls = [
    { server: 'everything', params: { name: 'echo', arguments: { message: 'hello' } } },
    { server: 'everything', params: { name: 'get-sum', arguments: { a: 2, b: 40 } } },
    { server: 'everything-stdio', params: { name: 'echo', arguments: { message: 'over stdio' } } },
    { server: 'memory', params: { name: 'read_graph', arguments: {} } },
    { server: 'everything', params: { name: 'echo', arguments: { message: 'once more' } } },
  ]
  for (const call of calls) await operator.hub.routeRequest(call)
  await operator.users.issueAPIKey('me', ['tools:call'], { name: 'laptop' })
  let events = await operator.usage.list().all()
  while (events.length < calls.length) events = await operator.usage.list().all()
  const paid = events.find(({ amount }) => amount.amount !== '0')
  return [{ name: 'call', path: `/calls/${paid?.id ?? ''}` }]
}

async function picture(of: {
  screens: readonly Screen[]
  size: string
  theme: (typeof THEMES)[number]
  options: Parameters<ConsoleStage['newSession']>[0]
}): Promise<number> {
  const options = { ...of.options, colorScheme: of.theme }
  const context = await stage.newSession(options)
  const visitor = await stage.newContext(options)
  let bytes = 0
  for (const { name, path, open, shows, act } of of.screens) {
    const page = await (open === true ? visitor : context).newPage()
    await visit(page, path)
    await act?.(page)
    if (shows !== undefined) await page.getByText(shows).first().waitFor()
    const file = join(folder, `${name}-${of.theme}-${of.size}.png`)
    await page.screenshot({ path: file, animations: 'disabled' })
    bytes += (await stat(file)).size
    await page.close()
  }
  await context.close()
  await visitor.close()
  return bytes
}
