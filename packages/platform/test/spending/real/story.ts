import { assert, createIds, fromUuid, runningCostOf, type Id } from '@mcp-orchestra/kernel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChargeDecision, OpenCharge } from '../../../../gateway/src/charge/charge.ts'
import {
  END,
  settle,
  startGatewayProcess,
  type GatewayProcess,
  type LinkState,
} from './gateway-stage.ts'
import type { StoryCall } from './call.ts'
import {
  CALL_PRICE,
  createLedgerStage,
  TOKEN_FORM,
  TOKENS_MAX,
  type LedgerStage,
  type PostedEvent,
} from './ledger-stage.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** What may happen next; `at` names the gateway. */
export type Happening =
  | ({ readonly kind: 'begin'; readonly at: number } & StoryCall)
  /** Of a tool priced by tokens: the next part of the oldest open call, with so many more. */
  | { readonly kind: 'stream'; readonly at: number; readonly tokens: number }
  | {
      readonly kind: 'settle'
      readonly at: number
      readonly outcome: 'complete' | 'cancelled' | 'rpc_error'
      /** What the server says at the end. */
      readonly tokens: number
    }
  | { readonly kind: 'recall'; readonly at: number }
  | { readonly kind: 'advance'; readonly at: number; readonly ms: number }
  | { readonly kind: 'suspend'; readonly at: number; readonly ms: number }
  | { readonly kind: 'lose answer'; readonly at: number }
  | { readonly kind: 'cut link'; readonly at: number }
  | { readonly kind: 'mend link'; readonly at: number }
  | { readonly kind: 'crash'; readonly at: number; readonly survives: readonly boolean[] }
  | { readonly kind: 'lose disk'; readonly at: number }
  | { readonly kind: 'back up' }
  | { readonly kind: 'restore' }

/** What a story was about: a test of stories in which nobody paid would prove nothing. */
export type Moral = {
  readonly acknowledged: number
  readonly posted: number
  readonly events: number
}

/** A call that its caller saw answered and charged. */
type Acknowledged = { readonly eventId: Id<'evt'>; readonly slot: number; readonly life: string }

type Slot = {
  readonly name: string
  readonly root: string
  readonly time: VirtualTime
  readonly link: LinkState
  process: GatewayProcess
  waiting: Promise<ChargeDecision>[]
  open: OpenCharge[]
  /** Tokens that the oldest open call has streamed. */
  streamed: number
}

/** The world in which a story happens. */
export type StoryWorld = {
  readonly serverUrl: string
  readonly template: string
  readonly balanceCalls: bigint
  readonly capCalls: bigint
  /** The most calls of the agent, and of each session. */
  readonly agentCalls: bigint
  readonly sessionCalls: bigint
  readonly slots: number
  readonly isMetered: boolean
}

/** The books are looked at in the middle of a story, too: a trial balance after so many happenings. */
const HAPPENINGS_PER_AUDIT = 8

/** Turns of the event loop and of timers that are let pass after each happening. */
const TURNS_MAX = 40
/** Timers up to this far ahead belong to the work at hand: gathering, pauses, retries. */
const NEAR_MS = 400
/** Rounds of quiet-making at the end of a story; each lets at least a retry's pause pass. */
const ROUNDS_MAX = 60

/**
 * Lets happen what is told to the real journal, lease book, charge path, shipper, payments and ledger, then
 * mends what can be mended, waits until all is quiet, and checks every promise. Throws when one is broken.
 */
export async function tellStory(
  world: StoryWorld,
  happenings: readonly Happening[],
): Promise<Moral> {
  const root = mkdtempSync(join(tmpdir(), 'orchestra-story-'))
  const base = createVirtualTime()
  const names = Array.from({ length: world.slots }, (_, index) => `gateway-${index + 1}`)
  const stage = await createLedgerStage(world.serverUrl, {
    template: world.template,
    time: base,
    calls: world.balanceCalls,
    cap: world.capCalls,
    agentCap: world.agentCalls,
    sessionCap: world.sessionCalls,
    slots: names,
    isMetered: world.isMetered,
  })
  const told: Told = {
    stage,
    begun: new Map(),
    acknowledged: [],
    lostLives: new Set(),
    alarms: [],
  }
  try {
    const slots: Slot[] = []
    for (const name of names) slots.push(await openSlot(told, name, join(root, name)))
    for (const [index, happening] of happenings.entries()) {
      await happen(told, slots, happening)
      await flow(told, slots)
      if (index % HAPPENINGS_PER_AUDIT === 0) await stage.audit()
    }
    await makeQuiet(told, slots)
    return await checkPromises(world, told)
  } finally {
    await stage.close()
    rmSync(root, { recursive: true, force: true })
  }
}

type Told = {
  readonly stage: LedgerStage
  /** What each call said of itself. */
  readonly begun: Map<Id<'evt'>, StoryCall>
  readonly acknowledged: Acknowledged[]
  /** Incarnations whose disk was lost: what they acknowledged is the platform's loss. */
  readonly lostLives: Set<string>
  readonly alarms: string[]
}

async function openSlot(told: Told, name: string, root: string): Promise<Slot> {
  const time = createVirtualTime()
  const link: LinkState = { down: false, loseNextAnswer: false, inFlight: new Set() }
  const process = await startProcess(told, { name, root, time, link })
  return { name, root, time, link, process, waiting: [], open: [], streamed: 0 }
}

function startProcess(
  told: Told,
  slot: Pick<Slot, 'name' | 'root' | 'time' | 'link'>,
): Promise<GatewayProcess> {
  return startGatewayProcess({
    slot: slot.name,
    root: slot.root,
    stage: told.stage,
    time: slot.time,
    ids: createIds(slot.time),
    link: slot.link,
    alarms: told.alarms,
    onBegin: (eventId, call) => void told.begun.set(eventId, call),
  })
}

async function happen(told: Told, slots: readonly Slot[], happening: Happening): Promise<void> {
  if (happening.kind === 'back up') return told.stage.backUp()
  if (happening.kind === 'restore') return restore(told, slots)
  const slot = slots[happening.at % slots.length]
  assert(slot !== undefined, 'a story names a gateway')
  switch (happening.kind) {
    case 'begin':
      slot.waiting.push(slot.process.begin(happening))
      return
    case 'stream':
      return streamOne(slot, happening.tokens)
    case 'settle':
      return settleOne(told, slots, slot, happening)
    case 'recall':
      slot.process.charging.recall(
        slot.process.charging.exposure().leases.map(({ leaseId }) => leaseId),
      )
      return
    case 'advance':
      slot.time.advance(happening.ms)
      return
    case 'suspend':
      slot.time.leap(happening.ms)
      return
    case 'lose answer':
      slot.link.loseNextAnswer = true
      return
    case 'cut link':
      slot.link.down = true
      return
    case 'mend link':
      slot.link.down = false
      return
    case 'crash':
      return restart(told, slot, happening.survives)
    case 'lose disk':
      return loseDisk(told, slot)
  }
}

/** What does not fit any more is not passed on; the call is stopped when it is settled. */
async function streamOne(slot: Slot, tokens: number): Promise<void> {
  const stream = slot.open[0]?.stream
  if (stream === undefined) return
  const usageText = usageOf(slot.streamed + tokens)
  if (!(await stream.admit({ usageText, text: undefined }))) return
  slot.streamed += tokens
  stream.delivered()
}

const usageOf = (output: number): string => JSON.stringify({ input: 0, output })

async function settleOne(
  told: Told,
  slots: readonly Slot[],
  slot: Slot,
  { outcome, tokens }: Pick<Extract<Happening, { kind: 'settle' }>, 'outcome' | 'tokens'>,
): Promise<void> {
  const charge = slot.open.shift()
  slot.streamed = 0
  if (charge === undefined) return
  const life = slot.process.incarnationId
  const end = { ...END, outcome, usageText: usageOf(tokens) }
  const settling = settle(charge, end).then((eventId) => {
    if (eventId !== undefined) told.acknowledged.push({ eventId, slot: slots.indexOf(slot), life })
  })
  // A process that dies meanwhile never answers: nobody waits for it.
  void settling
}

async function restart(told: Told, slot: Slot, survives: readonly boolean[]): Promise<void> {
  let asked = 0
  slot.process.die(() => survives[asked++ % survives.length] ?? false)
  slot.waiting = []
  slot.open = []
  slot.streamed = 0
  await Promise.allSettled(slot.link.inFlight)
  slot.process = await startProcess(told, slot)
}

async function loseDisk(told: Told, slot: Slot): Promise<void> {
  const { incarnationId } = slot.process
  slot.process.die(() => true)
  await Promise.allSettled(slot.link.inFlight)
  rmSync(join(slot.root, incarnationId), { recursive: true, force: true })
  told.lostLives.add(incarnationId)
  await told.stage.payments.declareLost(told.stage.operator, incarnationId)
  slot.waiting = []
  slot.open = []
  slot.streamed = 0
  slot.process = await startProcess(told, slot)
}

/** An operator restores an older database and says so; every gateway is told with the next heartbeat. */
async function restore(told: Told, slots: readonly Slot[]): Promise<void> {
  await Promise.allSettled(slots.flatMap(({ link }) => [...link.inFlight]))
  if (!(await told.stage.restore())) return
  await told.stage.payments.raiseEpoch(told.stage.operator, 'restored in a test')
  for (const life of told.lostLives) {
    await told.stage.payments.declareLost(told.stage.operator, life).catch(() => undefined)
  }
  for (const slot of slots) await slot.process.report()
}

/** Lets the work at hand go on: answers, commits, recalls, and timers that are near. */
async function flow(told: Told, slots: readonly Slot[]): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    for (let tick = 0; tick < 4; tick += 1) await new Promise((resolve) => setImmediate(resolve))
    const working = slots.flatMap(({ link }) => [...link.inFlight])
    await Promise.allSettled(working)
    const recalled = deliverRecalls(told, slots)
    await gatherDecisions(slots)
    const near = slots.filter(({ time }) => (time.nextInMs() ?? NEAR_MS + 1) <= NEAR_MS)
    for (const { time } of near) time.advance(time.nextInMs() ?? 0)
    if (working.length === 0 && near.length === 0 && !recalled) return
  }
}

function deliverRecalls(told: Told, slots: readonly Slot[]): boolean {
  const recalls = told.stage.recalls.splice(0)
  for (const { incarnation, leases } of recalls) {
    const slot = slots.find(({ process }) => process.incarnationId === incarnation)
    slot?.process.charging.recall(leases)
  }
  return recalls.length > 0
}

async function gatherDecisions(slots: readonly Slot[]): Promise<void> {
  const PENDING = Symbol('pending')
  for (const slot of slots) {
    const still: Promise<ChargeDecision>[] = []
    for (const waiting of slot.waiting) {
      const decision = await Promise.race([waiting, Promise.resolve(PENDING)])
      if (decision === PENDING) still.push(waiting)
      else if (typeof decision !== 'symbol' && decision.kind === 'proceed')
        slot.open.push(decision.charge)
    }
    slot.waiting = still
  }
}

async function makeQuiet(told: Told, slots: readonly Slot[]): Promise<void> {
  for (const slot of slots) {
    slot.link.down = false
    slot.link.loseNextAnswer = false
  }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const slot of slots) {
      while (slot.open.length > 0)
        await settleOne(told, slots, slot, { outcome: 'complete', tokens: 300 })
      slot.time.advance(1_000)
    }
    await flow(told, slots)
    const isQuiet = slots.every(
      ({ waiting, open, process: { shipper, journal } }) =>
        waiting.length === 0 && open.length === 0 && shipper.cursor.seq === journal.durableSeq,
    )
    if (isQuiet) break
    assert(round < ROUNDS_MAX - 1, `the story ends in quiet: ${told.alarms.join(' | ')}`)
  }
  for (const slot of slots) {
    const { charging, shipper, recovery } = slot.process
    await waitFor(told, slots, charging.drain())
    await waitFor(told, slots, shipper.finish())
    await waitFor(told, slots, recovery)
  }
}

/** Lets time pass until the work has ended: its timers are ours to turn. */
async function waitFor(told: Told, slots: readonly Slot[], work: Promise<unknown>): Promise<void> {
  const state = { hasEnded: false }
  const end = (): void => void (state.hasEnded = true)
  work.then(end, end)
  for (let round = 0; !state.hasEnded; round += 1) {
    assert(round < ROUNDS_MAX, `what was begun ends: ${told.alarms.join(' | ')}`)
    await flow(told, slots)
    for (const { time } of slots) time.advance(1_000)
  }
  await work
}

async function checkPromises(world: StoryWorld, told: Told): Promise<Moral> {
  const { stage, acknowledged, lostLives, alarms } = told
  await stage.audit()
  const events = await stage.postedEvents()
  const byId = new Map(events.map((event) => [fromUuid('evt', event.id), event]))
  for (const { eventId, life } of acknowledged) {
    if (lostLives.has(life)) continue
    const event = byId.get(eventId)
    assert(event !== undefined, `the acknowledged call ${eventId} is recorded`)
    assert(
      event.disposition === 'posted' || event.disposition === 'duplicate_purchase',
      `the acknowledged call ${eventId} is ${event.disposition}`,
    )
  }
  const posted = events.filter(({ disposition }) => disposition === 'posted')
  const purchases = posted.flatMap(({ purchase }) => purchase ?? [])
  assert(new Set(purchases).size === purchases.length, 'a keyed purchase is charged once')
  const gross = posted.reduce((sum, event) => sum + event.posted, 0n)
  assert(gross <= world.capCalls * CALL_PRICE, 'the cap holds')
  if (world.isMetered) {
    const tokens = posted.reduce((sum, event) => sum + (event.tokens ?? 0n), 0n)
    const month = runningCostOf(TOKEN_FORM, tokens)
    // What is used beyond the most that a call may cost is nobody's.
    const isWithin = posted.every((event) => (event.tokens ?? 0n) <= TOKENS_MAX)
    assert(
      isWithin ? gross === month : gross <= month,
      `${tokens} tokens cost ${month}, and ${gross} was posted`,
    )
  }
  requireScopedCaps(world, told, posted)
  const balance = await stage.payments.readBalance(stage.payer)
  assert(balance.available >= 0n && balance.leased === 0n, 'nothing is leased in the end')
  assert(
    balance.available + gross === world.balanceCalls * CALL_PRICE,
    `the payer has ${balance.available} left of ${world.balanceCalls * CALL_PRICE} after ${gross}`,
  )
  const moral = { acknowledged: acknowledged.length, posted: posted.length, events: events.length }
  if (lostLives.size > 0) return moral
  assert(alarms.length === 0, `nothing was alarming: ${alarms.join(' | ')}`)
  assert(
    events.every(({ disposition }) => disposition !== 'suspense'),
    'without a lost journal nothing is in suspense',
  )
  return moral
}

/** The caps of the agent and of each session hold; calls that name no session are one of their key. */
function requireScopedCaps(
  world: StoryWorld,
  { begun }: Told,
  posted: readonly PostedEvent[],
): void {
  const sums = new Map<string, bigint>()
  for (const event of posted) {
    const call = begun.get(fromUuid('evt', event.id))
    assert(call !== undefined, 'a posted call was begun')
    const scopes = [
      `session ${call.session ?? 'none'}`,
      ...(call.byAgent === true ? ['agent'] : []),
    ]
    for (const scope of scopes) sums.set(scope, (sums.get(scope) ?? 0n) + event.posted)
  }
  for (const [scope, sum] of sums) {
    const calls = scope === 'agent' ? world.agentCalls : world.sessionCalls
    assert(sum <= calls * CALL_PRICE, `the cap of ${scope} holds: ${sum / CALL_PRICE} of ${calls}`)
  }
}
