import { Plural, Trans } from '@lingui/react/macro'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../kit/index.ts'
import { isArray, isNumber, isObject, type Json } from '../../../schema/index.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import { cut } from '../form/field-hint.tsx'

/** Levels that are open at first. */
const OPEN_LEVELS = 2
/** Members that are drawn at first, and more with each wish for more. */
const MEMBERS_SHOWN = 100
/** Characters of one text in the tree; the raw frame has all of it. */
const TEXT_MAX = 2_000

/** A JSON value to look into, level by level; only what is open is drawn. */
export function JsonTree({
  value,
  name,
  level = 0,
}: {
  value: Json
  name?: string
  level?: number
}) {
  const [isOpen, setOpen] = useState(level < OPEN_LEVELS)
  const members = membersOf(value)
  if (members === undefined || members.length === 0) {
    return (
      <Line>
        <Name name={name} />
        <Leaf value={value} />
      </Line>
    )
  }
  return (
    <div className="min-w-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="inline-flex min-h-6 max-w-full items-start gap-0.5 rounded-sm text-start hover:bg-hover pointer-coarse:min-h-11 pointer-coarse:items-center"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={`mt-1 shrink-0 text-muted ${isOpen ? 'rotate-90' : 'rtl:rotate-180'}`}
        />
        <Name name={name} />
        <span className="text-muted">
          {isArray(value) ? (
            `[${members.length}]`
          ) : (
            <>
              {'{'}
              <Plural value={members.length} one="# member" other="# members" />
              {'}'}
            </>
          )}
        </span>
      </button>
      {isOpen && <Members members={members} level={level} />}
    </div>
  )
}

function Members({
  members,
  level,
}: {
  members: readonly (readonly [string, Json])[]
  level: number
}) {
  const [shown, setShown] = useState(MEMBERS_SHOWN)
  return (
    <ul className="ms-1.5 flex min-w-0 flex-col border-s border-line ps-3">
      {members.slice(0, shown).map(([name, member]) => (
        <li key={name} className="min-w-0">
          <JsonTree value={member} name={name} level={level + 1} />
        </li>
      ))}
      {members.length > shown && (
        <li>
          <Button size="sm" onClick={() => setShown(shown + MEMBERS_SHOWN)}>
            <Trans>Show more of {members.length}</Trans>
          </Button>
        </li>
      )}
    </ul>
  )
}

function Line({ children }: { children: React.ReactNode }) {
  return <div className="min-h-6 min-w-0 ps-4 wrap-anywhere whitespace-pre-wrap">{children}</div>
}

function Name({ name }: { name: string | undefined }) {
  if (name === undefined) return null
  return (
    <span className="text-accent-text">
      <HiddenText text={cut(name, TEXT_MAX)} />
      <span className="text-muted">: </span>
    </span>
  )
}

function Leaf({ value }: { value: Json }) {
  if (typeof value === 'string') {
    return (
      <span className="text-good">
        “<HiddenText text={cut(value, TEXT_MAX)} />”
      </span>
    )
  }
  if (isNumber(value)) return <span className="text-info">{value.text}</span>
  if (isArray(value)) return <span className="text-muted">[ ]</span>
  return <span className="text-warn">{isObject(value) ? '{ }' : String(value)}</span>
}

function membersOf(value: Json): readonly (readonly [string, Json])[] | undefined {
  if (isArray(value)) return value.map((item, index) => [String(index), item] as const)
  return isObject(value) ? Object.entries(value) : undefined
}
