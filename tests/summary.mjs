// Adds up the runners' own result files and prints the closing line. usage: node summary.mjs RESULTS_DIR FAILED_STEP
import fs from 'node:fs'
import path from 'node:path'

const [folder, failedStep] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const name of fs.readdirSync(folder)) {
  if (!/\.(trx|json)$/.test(name)) continue
  const text = fs.readFileSync(path.join(folder, name), 'utf8')
  if (name.endsWith('.trx')) {
    const counters = /<Counters [^>]*\/>/.exec(text)?.[0] ?? ''
    const count = attribute => Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(counters)?.[1] ?? 0)
    passed += count('passed')
    failed += count('failed') + count('error') + count('timeout') + count('aborted')
  } else if (name.endsWith('.json')) {
    const report = JSON.parse(text)
    passed += report.numPassedTests
    failed += report.numFailedTests
  }
}

if (failed === 0 && (failedStep !== '0' || passed === 0)) failed = 1
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
