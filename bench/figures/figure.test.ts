import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DifferentRuns,
  differencesByRound,
  figure,
  leastOf,
  medianOf,
  ratioOfLeast,
  ratiosByRound,
  spreadOf,
} from './figure.ts'

const ours = figure('run-a', 'calls/s', [10, undefined, 30])
const nginx = figure('run-a', 'calls/s', [40, 50, 60])

describe('figures of one run', () => {
  test('are compared round by round, and only in rounds that have both', () => {
    expect(ratiosByRound(ours, nginx)).toEqual([0.25, 0.5])
    expect(differencesByRound(nginx, ours)).toEqual([30, 30])
  })

  test('give their least, median and spread without the rounds that are missing', () => {
    expect([leastOf(ours), medianOf(ours), spreadOf(ours)]).toEqual([10, 20, 1])
    expect(ratioOfLeast(ours, nginx)).toBe(0.25)
  })
})

describe('figures of different runs', () => {
  test('are never compared, whatever they are', () => {
    const samples = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { maxLength: 5 })
    fc.assert(
      fc.property(samples, samples, fc.uuid(), fc.uuid(), (left, right, runA, runB) => {
        fc.pre(runA !== runB)
        const a = figure(runA, 'ms', left)
        const b = figure(runB, 'ms', right)
        for (const compare of [ratiosByRound, differencesByRound, ratioOfLeast]) {
          expect(() => compare(a, b)).toThrow(DifferentRuns)
        }
      }),
    )
  })

  test('nor are figures of different units', () => {
    expect(() => ratiosByRound(ours, figure('run-a', 'ms', [1]))).toThrow(TypeError)
  })
})
