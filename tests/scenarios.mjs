// Checks that every test that docs/scenarios.md names exists and passed in this run. usage: node scenarios.mjs RESULTS_DIR [PAGE]
import fs from 'node:fs'
import path from 'node:path'

const [folder, page = path.join(import.meta.dirname, '..', 'docs', 'scenarios.md')] = process.argv.slice(2)

// The abstract suite runs once for each of these; a row that names it needs all of them.
const suites = {
  PresenceBackendContract: ['MemoryPresenceBackendTests', 'RedisContractTests', 'ShardedContractTests', 'GarnetContractTests', 'ClusterContractTests'],
}

/** Name of a test -> the outcomes of its cases: "passed", "skipped" or "failed". */
const outcomes = new Map()
const note = (name, outcome) => outcomes.set(name, [...(outcomes.get(name) ?? []), outcome])

for (const name of fs.readdirSync(folder)) {
  const text = () => fs.readFileSync(path.join(folder, name), 'utf8')
  if (name.endsWith('.trx')) {
    for (const [, attributes] of text().matchAll(/<UnitTestResult ([^>]*)>/g)) {
      // Namespace.Class.Method, and the arguments of a theory behind it.
      const test = /\btestName="([^"(]*)/.exec(attributes)[1].split('.').slice(-2).join('.')
      const outcome = /\boutcome="([^"]*)"/.exec(attributes)?.[1]
      note(test, outcome === 'Passed' ? 'passed' : outcome === 'NotExecuted' ? 'skipped' : 'failed')
    }
  } else if (name.endsWith('.json')) {
    for (const { name: file, assertionResults } of JSON.parse(text()).testResults) {
      const short = file.replaceAll('\\', '/').split('/tests/').at(-1)
      for (const { fullName, status } of assertionResults) {
        note(`${short}: ${fullName}`, status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped')
      }
    }
  }
}

/** The tests that a name stands for; … in the title of a test stands for whatever its cases have there. */
function named(name) {
  const [owner, method] = name.split('.')
  if (suites[owner]) return suites[owner].map(suite => `${suite}.${method}`)
  if (!name.includes('…')) return [name]
  const pattern = new RegExp(`^${name.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's')
  const matching = [...outcomes.keys()].filter(known => pattern.test(known))
  return matching.length > 0 ? matching : [name]
}

function problemOf(test) {
  const cases = outcomes.get(test)
  if (cases === undefined) return 'did not run'
  if (cases.includes('failed')) return 'failed'
  return cases.includes('skipped') && process.env.CI ? 'was skipped' : undefined
}

const problems = []
const tests = new Set()
const rows = fs.readFileSync(page, 'utf8').split('\n').filter(line => /^\| [A-Z]\d+ \|/.test(line))
for (const line of rows) {
  const cells = line.split('|').map(cell => cell.trim())
  const row = cells[1]
  const covered = cells.at(-2)
  const names = [...covered.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  if (names.length === 0 && !/^(cannot apply|not covered yet): ./.test(covered)) problems.push(`${row} names no test and says not why`)
  for (const test of names.flatMap(named)) {
    tests.add(test)
    const problem = problemOf(test)
    if (problem) problems.push(`${row}: ${test} ${problem}`)
  }
}

if (rows.length === 0) problems.push(`${page} has no rows`)
problems.forEach(problem => console.log(problem))
console.log(`${rows.length} scenarios name ${tests.size} tests; ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
