import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** A copy of the checkout, in which code may be broken. It keeps what was built, so that only what differs is built again. */
export class Copy {
  #root
  folder

  constructor(root, folder) {
    this.#root = root
    this.folder = folder
  }

  /** Makes the copy say what the checkout says. A file that says so already is not written: it would be built again. */
  update() {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: this.#root, encoding: 'utf8', maxBuffer: 1 << 26 })
    const wanted = new Set(listed.split('\0').filter(name => name !== '' && fs.existsSync(path.join(this.#root, name))))
    const manifest = path.join(this.folder, '..', 'files.json')
    for (const name of fs.existsSync(manifest) ? JSON.parse(fs.readFileSync(manifest, 'utf8')) : []) {
      if (!wanted.has(name)) fs.rmSync(path.join(this.folder, name), { force: true })
    }
    for (const name of wanted) {
      const content = fs.readFileSync(path.join(this.#root, name))
      const target = path.join(this.folder, name)
      if (fs.existsSync(target) && fs.readFileSync(target).equals(content)) continue
      fs.mkdirSync(path.dirname(target), { recursive: true })
      fs.writeFileSync(target, content)
    }
    fs.writeFileSync(manifest, JSON.stringify([...wanted]))
  }

  /** Breaks what a mutation names. The answer mends it. */
  mutate(mutation) {
    const before = new Map()
    for (const { file, find, replace } of places(mutation)) {
      const target = path.join(this.folder, file)
      const content = fs.readFileSync(target, 'utf8')
      if (!before.has(target)) before.set(target, content)
      fs.writeFileSync(target, content.replace(find, () => replace))
    }
    // Written anew, and not with the time that they had: they must count as changed for the next build.
    return () => before.forEach((content, target) => fs.writeFileSync(target, content))
  }
}

/** The place that a mutation names, and those that have to change along with it. */
export const places = ({ file, find, replace, also = [] }) => [{ file, find, replace }, ...also]
