import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase, type Database } from './database.ts'
import { migrate, MigrationError, type MigrationFolder } from './migrate.ts'
import { startTestDatabase, type TestDatabase } from './testing.ts'

let server: TestDatabase
let database: Database
let root: string
let shop: MigrationFolder
let stock: MigrationFolder

beforeAll(async () => {
  server = await startTestDatabase()
  database = createDatabase({ url: server.url, applicationName: 'test' })
})
afterAll(async () => {
  await database.close()
  await server.stop()
})
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'orchestra-migrations-'))
  shop = { name: 'shop', directory: join(root, 'shop') }
  stock = { name: 'stock', directory: join(root, 'stock') }
  await write('shop/0001_shop.sql', 'create schema shop; create table shop.a (n int);')
  await write('stock/0001_stock.sql', 'create schema stock; create table stock.b as table shop.a;')
})
afterEach(async () => {
  await database.query({
    text: 'drop schema if exists shop, stock cascade; drop table if exists public.schema_migrations',
  })
  await rm(root, { recursive: true, force: true })
})

async function write(path: string, sql: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), sql)
}

const run = () => migrate({ url: server.url, folders: [shop, stock] })

async function sentence(): Promise<string> {
  const error: unknown = await run().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(MigrationError)
  return error instanceof MigrationError ? error.message : ''
}

test('applies folder by folder and number by number, once', async () => {
  await write('shop/0002_more.sql', 'alter table shop.a add column m int')
  expect((await run()).map(({ folder, file }) => `${folder}/${file}`)).toEqual([
    'shop/0001_shop.sql',
    'shop/0002_more.sql',
    'stock/0001_stock.sql',
  ])
  expect(await run()).toEqual([])
  await write('shop/0003_later.sql', 'alter table shop.a add column o int')
  expect(await run()).toEqual([{ folder: 'shop', file: '0003_later.sql' }])
})

test('several processes at once apply each file once', async () => {
  const applied = await Promise.all(Array.from({ length: 6 }, run))
  expect(applied.flat()).toHaveLength(2)
})

test('a file that fails leaves nothing of itself, and says where it stopped', async () => {
  await write('stock/0002_bad.sql', 'create table stock.c (n int);\n\nselect * from nowhere;')
  expect(await sentence()).toBe(
    'Migration stock/0002_bad.sql line 3: relation "nowhere" does not exist',
  )
  const { rows } = await database.query({ text: `select to_regclass('stock.c') as found` })
  expect(rows).toEqual([{ found: null }])
  await write('stock/0002_bad.sql', 'create table stock.c (n int);')
  expect(await run()).toEqual([{ folder: 'stock', file: '0002_bad.sql' }])
})

test('a file that changed after it was applied is refused', async () => {
  await run()
  await write('shop/0001_shop.sql', 'create schema shop;')
  expect(await sentence()).toContain('shop/0001_shop.sql was changed after it was applied')
})

test('a database of a later version is refused', async () => {
  await write('shop/0002_later.sql', 'select 1')
  await run()
  await rm(join(root, 'shop', '0002_later.sql'))
  expect(await sentence()).toContain('by a later version (it knows shop/0002_later.sql)')
})

test('names that have no order are refused before anything is applied', async () => {
  await write('stock/2_short.sql', 'select 1')
  expect(await sentence()).toContain('must be named NNNN_name.sql')
  await rm(join(root, 'stock', '2_short.sql'))
  await write('stock/0001_twice.sql', 'select 1')
  expect(await sentence()).toContain('have the number 0001')
})
