import pg from 'pg'

/** Copies a database that nobody is connected to; gives the copy's URL: a backup, to be restored by opening it. */
export async function copyDatabase(url: string, name: string): Promise<string> {
  const source = new URL(url)
  const admin = new URL(url)
  admin.pathname = '/template1'
  const client = new pg.Client({ connectionString: admin.href })
  await client.connect()
  try {
    const from = pg.escapeIdentifier(decodeURIComponent(source.pathname.slice(1)))
    await client.query(`create database ${pg.escapeIdentifier(name)} template ${from}`)
  } finally {
    await client.end()
  }
  const copy = new URL(url)
  copy.pathname = `/${name}`
  return copy.href
}
