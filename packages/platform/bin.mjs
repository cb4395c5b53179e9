#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node cannot read TypeScript, and would not say why.
const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `This is Node ${process.version}; the platform needs Node ${NODE_MAJOR_MIN} or newer. On Linux, start it with "npm start", which brings its own; elsewhere install Node ${NODE_MAJOR_MIN}.\n`,
  )
  process.exitCode = 1
} else {
  await import('./src/main.ts')
}
