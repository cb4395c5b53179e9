import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { instant, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SESSION_TOKEN_LIFE_MS } from '../../seal/session-token.ts'
import { createSessionNotes, type Note, type SessionNotes } from './session-notes.ts'

const LEVEL: Note = { kind: 'level', level: 'debug' }
const SUBSCRIBED: Note = { kind: 'subscribed', serverId: 'srv', uri: 'x://1' }

let directory: string
let nowMs = 1_800_000_000_000
const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
let machineAgeMs = 1e9
const notesOf = (): SessionNotes => createSessionNotes(clock, directory, () => machineAgeMs)

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'notes-'))
  machineAgeMs = 1e9
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('the next process, and every other one that shares the directory, reads what was written, in order', () => {
  const first = notesOf()
  const place = first.place()
  first.write(place, 'one', LEVEL)
  first.write(place, 'one', SUBSCRIBED)
  const second = notesOf()
  expect(second.read(place, 'one')).toEqual([LEVEL, SUBSCRIBED])
  expect(second.read(place, 'two')).toEqual([])
  second.write(place, 'one', LEVEL)
  expect(first.read(place, 'one')).toHaveLength(3)
})

it('only the owner may read them', () => {
  const notes = notesOf()
  const place = notes.place()
  notes.write(place, 'one', LEVEL)
  expect(statSync(path.join(directory, place)).mode & 0o777).toBe(0o700)
  expect(statSync(path.join(directory, place, 'one')).mode & 0o777).toBe(0o600)
})

it('a place that is not here, was lost, or is older than the machine runs is one of which nothing is known', () => {
  const notes = notesOf()
  const place = notes.place()
  expect(notes.read(place, 'one')).toEqual([])
  for (const other of ['', '../..', '1800000000000-abcdefgh'])
    expect(notes.read(other, 'one')).toBeUndefined()
  machineAgeMs = -1
  expect(notes.read(place, 'one')).toBeUndefined()
  machineAgeMs = 1e9
  rmSync(path.join(directory, place), { recursive: true })
  expect(notes.read(place, 'one')).toBeUndefined()
})

it('what cannot be written down gives its place up, so that nothing looks as if it had not happened', () => {
  const notes = notesOf()
  const place = notes.place()
  rmSync(path.join(directory, place), { recursive: true })
  writeFileSync(path.join(directory, place), 'a file in its place')
  notes.write(place, 'one', LEVEL)
  expect(notes.read(place, 'one')).toBeUndefined()
})

it('where no place can be made, sessions begin all the same, and nothing is known of them', () => {
  const file = path.join(directory, 'file')
  writeFileSync(file, '')
  const notes = createSessionNotes(clock, file)
  expect(notes.place()).toBe('')
  notes.write('', 'one', LEVEL)
  expect(notes.read('', 'one')).toBeUndefined()
})

it('a line that was not finished or is too long binds its session to the process', () => {
  const notes = notesOf()
  const place = notes.place()
  notes.write(place, 'cut', LEVEL)
  appendFileSync(path.join(directory, place, 'cut'), '{"kind":"subscr')
  expect(notes.read(place, 'cut')).toEqual([{ kind: 'bound' }])
  notes.write(place, 'long', { ...SUBSCRIBED, uri: 'x'.repeat(10_000) })
  expect(notes.read(place, 'long')).toEqual([{ kind: 'bound' }])
})

it('a place takes sessions for an hour, and is removed when the last of their ids has expired', () => {
  const notes = notesOf()
  const first = notes.place()
  expect(notes.place()).toBe(first)
  nowMs += 3_600_000
  const second = notes.place()
  expect(second).not.toBe(first)
  nowMs += SESSION_TOKEN_LIFE_MS
  expect(notes.read(first, 'one')).toEqual([])
  nowMs += 1
  const third = notes.place()
  expect(readdirSync(directory).toSorted()).toEqual([second, third])
})

it('no more than a hundred places are kept; the oldest are given up first', () => {
  const places = Array.from({ length: 105 }, () => {
    nowMs += 1
    return notesOf().place()
  })
  expect(readdirSync(directory).toSorted()).toEqual(places.slice(-100))
})
