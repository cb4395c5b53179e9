// A process that starts a server on the directory it is given, says so, and waits to be killed.
import { findPostgresBinaries } from './binaries.ts'
import { startPostgres } from './start-postgres.ts'

const [dataDir = '', root] = process.argv.slice(2)
const found = await findPostgresBinaries(import.meta.url)
const server = await startPostgres({
  dataDir,
  binaries: root === undefined ? found : { ...found, root },
})
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`)
process.stdin.once('data', () => {
  void server.stop().then(() => process.exit(0))
})
