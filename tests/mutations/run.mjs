// Proves the tests by breaking the code: each mutation of mutations/*.mjs breaks one rule in one place, and the tests that it names must fail then.
// usage: node run.mjs [--check] [--only PART_OF_A_NAME]... [--topic TOPIC]...
//   --check  looks only whether each text is found once and each test exists: a few seconds, nothing is built
// The checkout is not touched: code is broken in a copy, artifacts/mutations/tree, which is kept for the next run.
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { check } from './check.mjs'
import { Copy, places } from './copy.mjs'
import { Runner } from './runner.mjs'

const root = path.join(import.meta.dirname, '..', '..')
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    topic: { type: 'string', multiple: true, default: [] },
  },
})

const lists = path.join(import.meta.dirname, 'mutations')
const all = []
for (const name of fs.readdirSync(lists).sort()) {
  const { default: mutations } = await import(path.join(lists, name))
  all.push(...mutations.map(mutation => ({ topic: path.basename(name, '.mjs'), ...mutation })))
}

const problems = check(root, all)
problems.forEach(problem => console.log(problem))
const topics = new Set(all.map(({ topic }) => topic))
console.log(`${all.length} mutations of ${topics.size} topics; ${problems.length} problems`)
if (problems.length > 0) process.exit(1)
if (values.check) process.exit(0)

// Those of a name first, then topics in the order in which they are given.
const place = ({ name, topic }) => (values.only.some(part => name.includes(part)) ? 0 : values.topic.indexOf(topic) + 1 || Infinity)
const chosen = values.only.length + values.topic.length === 0 ? all : all.filter(one => place(one) < Infinity).sort((a, b) => place(a) - place(b))
if (chosen.length === 0) {
  console.log('no mutation has such a name and topic')
  process.exit(1)
}

const copy = new Copy(root, path.join(root, 'artifacts', 'mutations', 'tree'))
const runner = new Runner(copy.folder, path.join(root, 'artifacts', 'mutations', 'results'))
copy.update()

// What fails without a mutation proves nothing.
const tests = new Set(chosen.flatMap(mutation => mutation.tests))
console.log(`without a mutation: ${tests.size} tests`)
const broken = runner.prepare() ?? runner.build(tests)
if (broken) {
  console.log(`the copy does not build: ${broken}`)
  process.exit(1)
}
const before = runner.run(tests)
const unsound = new Set([...tests].filter(test => before.get(test) !== 'passed'))
if (unsound.size > 0) {
  // Once more, by themselves: a machine that is busy with something else fails a test now and then.
  const again = runner.run(unsound)
  for (const test of [...unsound]) if (again.get(test) === 'passed') unsound.delete(test)
}
unsound.forEach(test => console.log(`${test}: ${before.get(test) ?? 'did not run'} without a mutation`))

const rows = []
let mended = []
for (const mutation of chosen) {
  if (mutation.tests.some(test => unsound.has(test))) {
    rows.push({ ...mutation, verdict: 'NOT TRIED: its tests fail without it' })
    continue
  }
  const started = Date.now()
  const files = places(mutation).map(({ file }) => file)
  const restore = copy.mutate(mutation)
  let verdict
  try {
    const fault = runner.rebuild([...files, ...mended])
    mended = fault ? [...files, ...mended] : files
    verdict = fault ? `DOES NOT BUILD: ${fault}` : judge(mutation, runner.run(mutation.tests))
  } finally {
    restore()
  }
  rows.push({ ...mutation, verdict })
  console.log(`[${rows.length}/${chosen.length}] ${mutation.topic}: ${mutation.name}: ${verdict} (${Math.round((Date.now() - started) / 1000)} s)`)
}

const caught = rows.filter(({ verdict }) => verdict.startsWith('caught'))
console.log('\n| topic | mutations | caught |\n|---|---|---|')
for (const topic of new Set(rows.map(row => row.topic))) {
  console.log(`| ${topic} | ${rows.filter(row => row.topic === topic).length} | ${caught.filter(row => row.topic === topic).length} |`)
}
console.log(`| all | ${rows.length} | ${caught.length} |`)
for (const { name, topic, rule, file, verdict } of rows.filter(row => !caught.includes(row))) {
  console.log(`\n${topic}: ${name}\n  breaks: ${rule}\n  in: ${file}\n  ${verdict}`)
}
process.exitCode = caught.length === rows.length ? 0 : 1

/** Each test that is named has to fail, or it is named for nothing. */
function judge({ tests }, outcomes) {
  const blind = tests.filter(test => !['failed', 'did not end'].includes(outcomes.get(test)))
  if (blind.length > 0) return `SURVIVED ${blind.map(test => `${test} (${outcomes.get(test) ?? 'did not run'})`).join(', ')}`
  return tests.some(test => outcomes.get(test) === 'did not end') ? 'caught, by a test that did not end' : 'caught'
}
