import path from 'node:path'
import { expect, it } from 'vitest'
import { renderReport } from './report.ts'

it('the published report says what the runs are compared with', async () => {
  const file = path.resolve(import.meta.dirname, '../../../../docs/conformance.md')
  await expect(renderReport()).toMatchFileSnapshot(file)
})
