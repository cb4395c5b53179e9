// Who may import whom: one table, read by the gate (.dependency-cruiser.cjs) and by the diagram in ARCHITECTURE.md.
const packages = {
  kernel: [],
  contracts: [],
  api: ['kernel'],
  gateway: ['kernel', 'api'],
  'control-plane': ['kernel', 'api', 'contracts'],
  sdk: ['kernel', 'api', 'contracts'],
  cli: ['sdk'],
  console: ['sdk'],
  platform: ['kernel', 'api', 'gateway', 'control-plane', 'sdk', 'cli'],
}

const modules = {
  identity: [],
  ledger: [],
  monitoring: [],
  hub: ['identity'],
  compliance: ['identity'],
  metering: ['hub'],
  payments: ['ledger', 'metering', 'compliance', 'identity'],
  billing: ['metering'],
  marketplace: ['hub', 'payments', 'identity'],
}

module.exports = { packages, modules }
