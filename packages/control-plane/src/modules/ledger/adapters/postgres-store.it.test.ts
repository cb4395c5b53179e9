import { TEST_VERSIONS } from '../../../infra/postgres/testing.ts'
import { startLedgerBench } from '../testing.ts'
import { storeContract } from './store.contract.ts'

for (const version of TEST_VERSIONS) {
  storeContract(`PostgreSQL ${version}`, () => startLedgerBench(version))
}
