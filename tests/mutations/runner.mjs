import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { browser, Tests } from './check.mjs'

/** Long enough for any of the tests that are named; whatever takes longer hangs. A build does not hang, and may take long on a busy machine. */
const patience = 5 * 60_000
const buildPatience = 30 * 60_000

const output = path.join('bin', 'Debug', 'net10.0')

/** Broken code may break rules of style as well, which are not what is tested here. */
const build = ['-c', 'Debug', '--nologo', '-v', 'q', '-m:1', '-p:RunAnalyzers=false', '-p:TreatWarningsAsErrors=false', '-p:NoWarn=NU1603']

/** Builds and runs tests in a copy of the checkout: only those that are asked for, and only what they need. */
export class Runner {
  #folder
  #results
  #tests

  constructor(folder, results) {
    this.#folder = folder
    this.#results = results
    fs.mkdirSync(results, { recursive: true })
  }

  /** Fetches what the browser package needs. @returns what went wrong, if anything did. */
  prepare() {
    this.#tests = new Tests(this.#folder)
    const at = path.join(this.#folder, browser)
    return fs.existsSync(path.join(at, 'node_modules', '.package-lock.json')) ? undefined : fault(call('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], at))
  }

  /** Builds the projects of tests with all that they need. @returns what went wrong, if anything did. */
  build(tests) {
    for (const project of this.#byProject(tests).keys()) {
      const problem = project === browser ? undefined : fault(call('dotnet', ['build', path.join('tests', project), ...build], this.#folder, buildPatience))
      if (problem) return problem
    }
    return undefined
  }

  /** Builds the projects in which files have changed since, and nothing that needs them: that goes on with what was built anew. @returns as above. */
  rebuild(files) {
    const projects = new Set(files.filter(file => !file.startsWith(browser)).map(file => file.split('/').slice(0, 2).join('/')))
    for (const project of projects) {
      const problem = fault(call('dotnet', ['build', project, ...build, '--no-restore', '--no-dependencies'], this.#folder, buildPatience))
      if (problem) return problem
      const name = path.basename(project)
      const made = path.join(this.#folder, project, output)
      for (const user of ['tests', 'samples'].flatMap(group => fs.readdirSync(path.join(this.#folder, group)).map(of => path.join(this.#folder, group, of, output)))) {
        if (fs.existsSync(path.join(user, `${name}.dll`))) ['dll', 'pdb'].forEach(kind => fs.copyFileSync(path.join(made, `${name}.${kind}`), path.join(user, `${name}.${kind}`)))
      }
    }
    return undefined
  }

  /** @returns a map from each test that ran to "passed", "failed", "skipped" or "did not end". */
  run(tests) {
    const outcomes = new Map()
    for (const [project, named] of this.#byProject(tests)) {
      if (project === browser) this.#runBrowser(named, outcomes)
      else this.#runProject(project, named, outcomes)
    }
    return outcomes
  }

  #byProject(tests) {
    const projects = new Map()
    for (const test of tests) {
      const project = this.#tests.projectOf(test)
      projects.set(project, [...(projects.get(project) ?? []), test])
    }
    return projects
  }

  #runProject(project, tests, outcomes) {
    const file = path.join(this.#results, `${project}.trx`)
    fs.rmSync(file, { force: true })
    const filter = tests.map(test => `FullyQualifiedName~.${test}`).join('|')
    const assembly = path.join('tests', project, output, `${project}.dll`)
    const { hung } = call('dotnet', ['test', assembly, '--nologo', '--filter', filter, '--results-directory', this.#results, '--logger', `trx;LogFileName=${project}.trx`], this.#folder, patience + (tests.length * 20_000))
    if (hung) return tests.forEach(test => outcomes.set(test, 'did not end'))
    if (!fs.existsSync(file)) return
    for (const [, attributes] of fs.readFileSync(file, 'utf8').matchAll(/<UnitTestResult ([^>]*)>/g)) {
      // Namespace.Class.Method, and the arguments of a theory behind it.
      const test = /\btestName="([^"(]*)/.exec(attributes)[1].split('.').slice(-2).join('.')
      const outcome = /\boutcome="([^"]*)"/.exec(attributes)?.[1]
      note(outcomes, test, outcome === 'Passed' ? 'passed' : outcome === 'NotExecuted' ? 'skipped' : 'failed')
    }
  }

  #runBrowser(tests, outcomes) {
    const file = path.join(this.#results, 'browser.json')
    fs.rmSync(file, { force: true })
    const named = tests.map(test => /^(\S+): (.+)$/.exec(test).slice(1))
    const files = [...new Set(named.map(([of]) => `tests/${of}`))]
    const titles = named.map(([, title]) => `^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`).join('|')
    const { hung } = call('node', ['node_modules/vitest/vitest.mjs', 'run', ...files, '-t', titles, '--reporter=json', `--outputFile=${file}`], path.join(this.#folder, browser))
    if (hung) return tests.forEach(test => outcomes.set(test, 'did not end'))
    if (!fs.existsSync(file)) return
    for (const { name, assertionResults } of JSON.parse(fs.readFileSync(file, 'utf8')).testResults) {
      const short = name.replaceAll('\\', '/').split('/tests/').at(-1)
      for (const { fullName, status } of assertionResults) note(outcomes, `${short}: ${fullName}`, status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped')
    }
  }
}

/** One case that failed is enough for a test to have failed. */
function note(outcomes, test, outcome) {
  const known = outcomes.get(test)
  outcomes.set(test, known === undefined || known === 'passed' ? outcome : known === 'skipped' && outcome === 'failed' ? outcome : known)
}

/** Runs a program to its end, or ends it and all that it has started. */
function call(program, options, folder, time = patience) {
  // `timeout` ends the whole group: test hosts, and the servers that tests have started.
  const seconds = String(Math.round(time / 1000))
  // With CI set, a test that misses something installed fails instead of being skipped.
  const env = { ...process.env, CI: program === 'dotnet' && options[0] === 'build' ? '' : 'true' }
  const { status, stdout, stderr } = spawnSync('timeout', ['--kill-after=10', seconds, program, ...options], { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { status, output: `${stdout ?? ''}${stderr ?? ''}`, hung: status === 124 || status === 137 }
}

function fault({ status, output }) {
  if (status === 0) return undefined
  return /\berror\b.*/i.exec(output)?.[0] ?? (output.trim().split('\n').at(-1) || 'for an unknown reason')
}
