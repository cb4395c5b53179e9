import type { Json } from '../exact/json.ts'
import type { Path } from '../exact/path.ts'
import { STEPS_MAX, type StepMeter } from '../pattern/match-pattern.ts'
import type { SchemaDocument } from '../resolve/document.ts'
import type { Issue, IssueCode } from './issue.ts'

/** Schema visits of one check: a large form needs some thousands; beyond, the server is the judge. */
export const VISITS_MAX = 20_000
/** Issues that are reported: nobody reads more, and a hostile schema makes millions. */
const ISSUES_MAX = 100
/** Nesting of schemas and values together; JavaScript's stack holds far more. */
const NESTING_MAX = 500

/** What one check shares over all its parts. */
export type Budget = { visits: number; complete: boolean; readonly pattern: StepMeter }

/** Checks one value against one schema; with `step`, a member or item of the place. */
export type CheckSchema = (
  at: Checking,
  schema: unknown,
  value: Json,
  step?: string | number,
) => void

/** A schema being checked, and those around it that are checked of the same value. */
export type OpenSchema = { readonly schema: unknown; readonly around: OpenSchema | undefined }

/** One place of a check: where it is, how deep, and where faults are reported. */
export type Checking = {
  readonly document: SchemaDocument
  readonly budget: Budget
  readonly path: Path
  readonly depth: number
  /** The schemas that are being checked of this very value: meeting one again is a circle. */
  readonly open: OpenSchema | undefined
  readonly issues: Issue[]
  /** Variants that a person picked, by `pointer#index of the union`: their faults are the ones to show. */
  readonly choices: ReadonlyMap<string, number>
  /** The whole check, for the parts that go further down. */
  readonly check: CheckSchema
}

/** How a check is made. */
export type CheckOptions = {
  readonly choices?: ReadonlyMap<string, number>
  /** Fewer schema visits than {@link VISITS_MAX}, of a check that is made often. */
  readonly visitsMax?: number
}

/** Starts a check of a whole value. */
export function startChecking(
  document: SchemaDocument,
  check: CheckSchema,
  { choices = new Map(), visitsMax = VISITS_MAX }: CheckOptions,
): Checking {
  const budget = { visits: VISITS_MAX - visitsMax, complete: true, pattern: { left: STEPS_MAX } }
  return { document, budget, path: [], depth: 0, open: undefined, issues: [], choices, check }
}

/** Goes one schema further; undefined when a bound is reached, and the result says so. */
export function enter(checking: Checking, step?: string | number): Checking | undefined {
  const { budget } = checking
  budget.visits += 1
  if (budget.visits > VISITS_MAX || checking.depth >= NESTING_MAX) {
    budget.complete = false
    return undefined
  }
  const path = step === undefined ? checking.path : [...checking.path, step]
  const open = step === undefined ? checking.open : undefined
  return { ...checking, path, open, depth: checking.depth + 1 }
}

/** The faults that a schema would find, reported to nobody: to see whether a variant fits. */
export function issuesOf(here: Checking, schema: unknown, value: Json): readonly Issue[] {
  const trial = { ...here, issues: [] }
  here.check(trial, schema, value)
  return trial.issues
}

/** Counts what a long list in a schema costs, as visits; false when there are none left to spend. */
export function spend({ budget }: Checking, visits: number): boolean {
  budget.visits += visits
  if (budget.visits > VISITS_MAX || budget.pattern.left <= 0) budget.complete = false
  return budget.complete
}

/** The place again, to check another value of it: its items, the names of its members. */
export function forOtherValue(checking: Checking): Checking {
  return { ...checking, open: undefined }
}

/** Notes that a schema is checked here; undefined when it is being checked already, and the result says so. */
export function openSchema(checking: Checking, schema: unknown): Checking | undefined {
  for (let open = checking.open; open !== undefined; open = open.around) {
    if (open.schema !== schema) continue
    checking.budget.complete = false
    return undefined
  }
  return { ...checking, open: { schema, around: checking.open } }
}

/** Reports a fault at this place, or at a member of it. */
export function report(
  { path, issues }: Checking,
  code: IssueCode,
  more: { wanted?: string; at?: string | number } = {},
): void {
  if (issues.length >= ISSUES_MAX) return
  const { wanted, at } = more
  issues.push({
    path: at === undefined ? path : [...path, at],
    code,
    ...(wanted === undefined ? {} : { wanted }),
  })
}
