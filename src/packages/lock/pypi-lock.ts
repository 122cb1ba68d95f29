import type { Lock, LockedPackage } from './lock.ts'

const PIN = /^([A-Za-z0-9][A-Za-z0-9._-]{0,127})(?:\[[^\]]{0,256}\])?==([0-9][^\s;\\]{0,127})/
const HASH = /--hash=sha256:([0-9a-f]{64})(?=\s|$)/g

/** Reads requirements with hashes (pip, `--require-hashes`). @throws when a line pins no archive. */
export function readPypiLock(text: string): Lock {
  const found = new Map<string, { readonly version: string; readonly integrity: string[] }>()
  const neededBy = new Map<string, string[]>()
  let current = ''
  for (const line of text.replace(/\\\r?\n/g, ' ').split('\n')) {
    const words = line.trim()
    if (words === '' || words.startsWith('--')) continue
    if (words.startsWith('#')) {
      neededBy.get(current)?.push(...viaOf(words))
      continue
    }
    const [, name = '', version = ''] = PIN.exec(words) ?? []
    const integrity = [...words.matchAll(HASH)].map(([, hex = '']) => sri(hex))
    if (name === '' || integrity.length === 0) throw new Error('a line pins no archive')
    current = normalized(name)
    found.set(current, { version, integrity })
    neededBy.set(current, [])
  }
  const packages = new Map<string, LockedPackage>()
  for (const [name, { version, integrity }] of found) {
    const needs = [...found.keys()].filter((other) => neededBy.get(other)?.includes(name) === true)
    packages.set(name, {
      ...{ place: name, name, version, integrity, needs: needs.sort() },
      ...{ resolved: undefined, license: undefined, optional: false, dev: false, scripted: false },
    })
  }
  const roots = [...found.keys()].filter(
    (name) => neededBy.get(name)?.some((by) => found.has(by)) !== true,
  )
  return { roots, packages }
}

/** Who needs a package: what `uv` notes as `# via a`, or as `# via` with one name on each further line. */
function viaOf(comment: string): readonly string[] {
  const [first = '', ...rest] = comment.replace(/^#\s{0,8}/, '').split(' ')
  const name = first === 'via' ? rest[0] : rest.length === 0 ? first : undefined
  return name === undefined || name === '' ? [] : [normalized(name)]
}

/** The one form of a name (PEP 503). */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

function sri(hex: string): string {
  return `sha256-${Buffer.from(hex, 'hex').toString('base64')}`
}
