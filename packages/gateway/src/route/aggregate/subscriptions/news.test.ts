import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterText, intersection, readFilter } from './filter.ts'
import { changedNews, newsOf, newsText, tellsTheSame, updatedNews } from './news.ts'
import { SUBSCRIPTION, TOOLS_CHANGED, UPDATED } from './testing.ts'

const meta = fc.dictionary(fc.string(), fc.jsonValue())

test('a message with a client its own id is the message, whatever else it holds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(TOOLS_CHANGED, UPDATED),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.option(meta),
      fc.string(),
      (method, more, _meta, id) => {
        const { _meta: _own, ...members } = more
        const params = { ...members, ...(_meta === null ? {} : { _meta }) }
        const text = JSON.stringify({ jsonrpc: '2.0', method, params })
        const news = newsOf(text, method)
        if (news === undefined) throw new Error('it is news')
        const parsed = JSON.parse(newsText(news, JSON.stringify(id))) as unknown
        const expected = { ...params, _meta: { ..._meta, [SUBSCRIPTION]: id } }
        expect(parsed).toEqual(
          JSON.parse(JSON.stringify({ jsonrpc: '2.0', method, params: expected })),
        )
      },
    ),
  )
})

test('a message without params gets them, and what does not belong on a listen stream is no news', () => {
  const bare = newsOf(`{"jsonrpc":"2.0","method":"${TOOLS_CHANGED}"}`, TOOLS_CHANGED)
  expect(bare).toEqual(changedNews(1)[0])
  expect(
    newsOf('{"jsonrpc":"2.0","method":"notifications/message"}', 'notifications/message'),
  ).toBe(undefined)
})

test('list changes of one kind tell the same; updates do when their text is the same', () => {
  const [tools, prompts] = changedNews(3)
  if (tools === undefined || prompts === undefined) throw new Error('two lists')
  expect(tellsTheSame(tools, { ...tools, after: ',"more":1}}}' })).toBe(true)
  expect(tellsTheSame(tools, prompts)).toBe(false)
  expect(tellsTheSame(updatedNews('a://1'), updatedNews('a://1'))).toBe(true)
  expect(tellsTheSame(updatedNews('a://1'), updatedNews('a://2'))).toBe(false)
})

test('a filter is the same after it was written and read, and the same filter is the same text', () => {
  const uris = fc.uniqueArray(fc.string(), { maxLength: 8 })
  fc.assert(
    fc.property(fc.nat(7), uris, fc.nat(7), uris, (lists, some, otherLists, others) => {
      const wire = `{"notifications":${filterText({ lists, uris: some })}}`
      const filter = readFilter(wire)
      expect(filter).toEqual({ lists, uris: some.toSorted() })
      const reversed = readFilter(
        `{"notifications":${filterText({ lists, uris: some.toReversed() })}}`,
      )
      expect(reversed).toEqual(filter)
      const both = intersection({ lists, uris: some }, { lists: otherLists, uris: others })
      expect(both).toEqual({
        lists: lists & otherLists,
        uris: some.filter((uri) => others.includes(uri)),
      })
    }),
  )
})
