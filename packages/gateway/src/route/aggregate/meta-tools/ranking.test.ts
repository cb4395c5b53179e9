import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRanking, type Searched } from './ranking.ts'
import { wordsOf } from './words.ts'

const tool = (name: string, description = '', more: Partial<Searched> = {}): Searched => ({
  name,
  title: '',
  description,
  server: 'server',
  ...more,
})

const CATALOG = [
  tool('create_issue', 'Opens a new issue in a repository.'),
  tool('list_issues', 'Lists the issues of a repository, newest first.'),
  tool('searchDocuments', 'Finds documents by their text.'),
  tool('send_mail', 'Sends an e-mail. Attach documents if needed.', { title: 'Send e-mail' }),
  tool('getHTTPStatus', 'Tells whether a page answers.'),
]
const search = (query: string): string[] =>
  createRanking(CATALOG)(query).map((at) => CATALOG[at]?.name ?? '')

test.each([
  ['create an issue', 'create_issue'],
  ['list the issues', 'list_issues'],
  ['find document', 'searchDocuments'],
  ['documents', 'searchDocuments'],
  ['http', 'getHTTPStatus'],
  ['repo', 'create_issue'],
  ['SEND_MAIL', 'send_mail'],
])('%s finds %s first', (query, first) => {
  expect(search(query)[0]).toBe(first)
})

test('words of names are taken apart, and plurals are singulars', () => {
  expect(wordsOf('getHTTPStatus of list_issues, Größen2 class')).toEqual([
    'get',
    'http',
    'statu',
    'of',
    'list',
    'issue',
    'größen2',
    'class',
  ])
})

test('what nobody has is found nowhere, and an empty query is no search', () => {
  expect(search('zebra')).toEqual([])
  expect(search(' ,. ')).toEqual([])
})

test('the same catalog and query give the same order, every tool at most once, and only tools that match', () => {
  const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'al', 'betas')
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
  const tools = fc.array(fc.record({ name: text, title: text, description: text, server: text }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(tools, text, (catalog, query) => {
      const found = createRanking(catalog)(query)
      expect(found).toEqual(createRanking(catalog)(query))
      expect(new Set(found).size).toBe(found.length)
      const words = wordsOf(query)
      for (const at of found) {
        const all = wordsOf(Object.values(catalog[at] ?? {}).join(' '))
        expect(all.some((one) => words.some((asked) => one.startsWith(asked)))).toBe(true)
      }
    }),
  )
})
