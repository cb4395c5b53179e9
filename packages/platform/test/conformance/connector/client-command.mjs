// The command that the suite runs for each scenario. It is small, as the suite starts all scenarios at once: it
// hands the scenario to the connector host in the test's process and ends as that says.
const response = await fetch(process.env.CONNECTOR_HOST, {
  method: 'POST',
  body: JSON.stringify({
    scenario: process.env.MCP_CONFORMANCE_SCENARIO,
    revision: process.env.MCP_CONFORMANCE_PROTOCOL_VERSION,
    context: JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? 'null'),
    url: process.argv[2],
  }),
})
process.stderr.write(await response.text())
process.exitCode = response.ok ? 0 : 1
