import { expect, test } from 'vitest'
import { showNumber } from './number.ts'
import { markdownTable, plainTable } from './table.ts'

const TABLE = {
  title: 'Rates',
  header: ['subject', 'calls/s'],
  rows: [['nginx', '47 500'], ['a | b']],
}

test('a plain table lines up: names to the left, figures to the right', () => {
  expect(plainTable(TABLE).split('\n')).toEqual([
    'Rates',
    '',
    'subject  calls/s',
    '───────  ───────',
    'nginx     47 500',
    'a | b',
  ])
})

test('a Markdown table keeps its columns, whatever a cell holds', () => {
  expect(markdownTable(TABLE).split('\n')).toEqual([
    '## Rates',
    '',
    '| subject | calls/s |',
    '| --- | ---: |',
    '| nginx | 47 500 |',
    String.raw`| a \| b |  |`,
  ])
})

test.each([
  [0, '0.00'],
  [0.0571, '0.057'],
  [3.14159, '3.14'],
  [17.24, '17.2'],
  [482.6, '483'],
  [47_512.4, '47 512'],
  [1_234_567, '1 234 567'],
  [NaN, '–'],
])('%d is shown as %s', (value, text) => {
  expect(showNumber(value)).toBe(text)
})
