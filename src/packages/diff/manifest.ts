import { isObject, type Json } from '../../kernel/json.ts'

/** What of a `package.json` a change would be looked at. */
export interface Manifest {
  /** Scripts that run when the package is installed, by their name. */
  readonly scripts: ReadonlyMap<string, string>
  /** Programs: file by name. */
  readonly bins: ReadonlyMap<string, string>
  /** Author, contributors and maintainers as they name themselves, sorted. */
  readonly people: readonly string[]
  readonly repository: string | undefined
  readonly license: string | undefined
}

/** What npm runs when it installs a package from a registry. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const

const NOTHING: Manifest = {
  scripts: new Map(),
  bins: new Map(),
  people: [],
  repository: undefined,
  license: undefined,
}

/** Reads a `package.json`. What is not of the form that npm takes counts as not there, as it does for npm. */
export function readManifest(text: string | undefined): Manifest {
  const read = text === undefined ? undefined : parsed(text)
  if (!isObject(read)) return NOTHING
  const scripts = isObject(read['scripts']) ? read['scripts'] : {}
  return {
    scripts: new Map(
      INSTALL_SCRIPTS.flatMap((name) => {
        const script = scripts[name]
        return typeof script === 'string' ? [[name, script] as const] : []
      }),
    ),
    bins: binsOf(read['name'], read['bin']),
    people: peopleOf([read['author'], read['contributors'], read['maintainers']]),
    repository: textOf(read['repository'], 'url'),
    license: textOf(read['license'], 'type'),
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function binsOf(name: Json | undefined, bin: Json | undefined): ReadonlyMap<string, string> {
  if (typeof bin === 'string')
    return new Map(typeof name === 'string' ? [[name.slice(name.indexOf('/') + 1), bin]] : [])
  if (!isObject(bin)) return new Map()
  return new Map(
    Object.entries(bin).flatMap(([word, file]) =>
      typeof file === 'string' ? [[word, file] as const] : [],
    ),
  )
}

function peopleOf(stated: readonly (Json | undefined)[]): readonly string[] {
  const people = stated.flat(1).flatMap((person) => {
    if (typeof person === 'string') return [person]
    if (!isObject(person)) return []
    const { name, email } = person
    const said = [name, typeof email === 'string' ? `<${email}>` : undefined]
    return [said.filter((part) => typeof part === 'string').join(' ')]
  })
  return [...new Set(people.filter((person) => person !== ''))].sort()
}

function textOf(value: Json | undefined, member: string): string | undefined {
  const text = isObject(value) ? value[member] : value
  return typeof text === 'string' && text !== '' ? text : undefined
}
