import type { LucideIcon } from 'lucide-react'

/** An icon as the kit takes it: drawn at 16 px beside its text, and hidden from screen readers. */
export type Icon = LucideIcon
