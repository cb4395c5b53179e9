#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'

// Plain JavaScript on purpose: an older Node cannot read TypeScript, and would not say why.
const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `This is Node ${process.version}; the platform needs Node ${NODE_MAJOR_MIN} or newer. On Linux, start it with "npm start", which brings its own; elsewhere install Node ${NODE_MAJOR_MIN}.\n`,
  )
  process.exitCode = 1
} else {
  // Only what a platform of this person has made before: nobody else can have written there.
  const compileCache = join(process.env.ORCHESTRA_DATA_DIR || '.orchestra', 'compile-cache')
  if (existsSync(compileCache)) module.enableCompileCache(compileCache)
  await import('./src/main.ts')
}
