import { refuse } from './problems.ts'

/** The oldest Node whose type stripping and APIs the platform runs on (ADR-0008). */
const NODE_MAJOR_MIN = 24

/** Refuses to start on an older Node, with the way to a newer one. */
export function checkNodeVersion(version: string): void {
  const major = Number.parseInt(version.replace(/^v/, ''), 10)
  if (major >= NODE_MAJOR_MIN) return
  throw refuse('platform.node_too_old', {
    detail: `This is Node ${version}; the platform needs Node ${NODE_MAJOR_MIN} or newer. On Linux, start it with "npm start", which brings its own; elsewhere install Node ${NODE_MAJOR_MIN}.`,
  })
}
