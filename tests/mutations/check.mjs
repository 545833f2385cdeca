import fs from 'node:fs'
import path from 'node:path'
import { places } from './copy.mjs'

/** Where the tests of the browser package are. */
export const browser = path.join('src', 'djust-presence-js')

/** What is wrong with a list of mutations, in words: texts that are not found once, tests that do not exist, names that are not unique. */
export function check(root, mutations) {
  const problems = []
  const known = new Tests(root)
  const names = new Set()
  for (const mutation of mutations) {
    const { topic, name, rule, tests } = mutation
    const problem = text => problems.push(`${topic}: ${name}: ${text}`)
    if (names.has(name)) problem('another mutation has this name')
    names.add(name)
    if (!rule) problem('it does not say which rule it breaks')
    for (const { file, find, replace } of places(mutation)) {
      const target = path.join(root, file)
      const times = fs.existsSync(target) ? fs.readFileSync(target, 'utf8').split(find).length - 1 : -1
      if (times !== 1) problem(times < 0 ? `there is no ${file}` : `${file} has this text ${times} times: ${find}`)
      if (find === replace) problem('it changes nothing')
    }
    if (!(tests?.length > 0)) problem('it names no test')
    for (const test of tests ?? []) if (!known.projectOf(test)) problem(`there is no test ${test}`)
  }
  return problems
}

/** The tests of this repository, named as docs/scenarios.md does: `Class.Method`, or `file: title` for those of the browser package. */
export class Tests {
  #root
  /** Name of a class -> what there is of that name: the project, the base class and the text of each. */
  #classes = new Map()
  #titles = new Map()

  constructor(root) {
    this.#root = root
    for (const project of fs.readdirSync(path.join(root, 'tests')).filter(name => name.startsWith('Djust.'))) {
      for (const name of fs.readdirSync(path.join(root, 'tests', project), { recursive: true })) {
        if (name.endsWith('.cs') && !/(^|[\\/])(bin|obj)[\\/]/.test(name)) this.#read(project, fs.readFileSync(path.join(root, 'tests', project, name), 'utf8'))
      }
    }
  }

  /** The project that a test is in, or the folder of the browser package; undefined where there is no such test. */
  projectOf(test) {
    const [, file, title] = /^(\S+\.test\.ts): (.+)$/.exec(test) ?? []
    if (file) return this.#titlesOf(file).some(pattern => pattern.test(title)) ? browser : undefined
    const [type, method] = test.split('.')
    return (this.#classes.get(type) ?? []).find(part => this.#has(part, new RegExp(`\\b${method}\\(`)))?.project
  }

  #read(project, text) {
    for (const [, type, base] of text.matchAll(/^[a-z ]*\bclass (\w+)(?:<[^>]*>)?(?:\([^)]*\))?(?:\s*:\s*(\w+))?/gm)) {
      this.#classes.set(type, [...(this.#classes.get(type) ?? []), { project, base, text }])
    }
  }

  #has({ text, base }, method) {
    return method.test(text) || (this.#classes.get(base) ?? []).some(part => this.#has(part, method))
  }

  /** A title is that of a test behind that of a block around it; which block, the run will tell. */
  #titlesOf(file) {
    if (!this.#titles.has(file)) {
      const target = path.join(this.#root, browser, 'tests', file)
      const text = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : ''
      const titles = kind => [...text.matchAll(new RegExp(`\\b(?:${kind})(?:\\.each\\((?:.|\\n)*?\\))?\\(\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g'))].map(([, title]) => JSON.parse(title))
      const blocks = ['', ...titles('describe').map(title => `${title} `)]
      const escaped = title => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[a-z]/g, '.*')
      this.#titles.set(file, titles('test|it').flatMap(title => blocks.map(block => new RegExp(`^${escaped(block)}${escaped(title)}$`))))
    }
    return this.#titles.get(file)
  }
}
