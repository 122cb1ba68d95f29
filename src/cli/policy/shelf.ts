import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STARTER_POLICIES } from '../../config/schema.ts'
import type { PolicySource } from '../../policy/policy.ts'
import { STARTERS } from '../policy-files.ts'

/** Policies that come with the package. */
export interface Shelved {
  readonly name: string
  /** One line. */
  readonly about: string
}

/** A pack, ready to be written into a folder. */
export interface Pack extends Shelved {
  /** The server that it is about. */
  readonly server: string
  /** Files by their names in the folder. */
  readonly files: readonly PolicySource[]
  /** Names of the folders that its guards speak of. */
  readonly places: readonly string[]
}

const PACKS = join(STARTERS, 'packs')
/** What a pack calls its server, and begins the names of its policies, guards and limits with. */
const STAND_IN = /\bmy-[a-z]+\b/g

/** The sets that a configuration may name. */
export function sets(): readonly Shelved[] {
  return STARTER_POLICIES.map((name) => ({ name, about: aboutOf(filesOf(join(STARTERS, name))) }))
}

/** The packs, to be copied and changed. */
export function packs(): readonly Shelved[] {
  const names = readdirSync(PACKS).sort()
  return names.map((name) => ({ name, about: aboutOf(filesOf(join(PACKS, name))) }))
}

/**
 * A pack for a server of this name. Its policies, guards and limits are named after the server too, so
 * that the same pack may stand twice, for two servers. Undefined for a pack that does not exist.
 */
export function packFor(name: string, server: string = name): Pack | undefined {
  const shelved = packs().find((pack) => pack.name === name)
  if (shelved === undefined) return undefined
  const files = filesOf(join(PACKS, name)).map(({ file, text }) => ({
    file,
    text: text.replaceAll(STAND_IN, () => server),
  }))
  const documents = files.filter(({ file }) => file.endsWith('.yaml'))
  const places = documents.flatMap(({ text }) => [...text.matchAll(/\$\{([\w.-]+)\}/g)])
  return {
    ...shelved,
    server,
    files,
    places: [...new Set(places.map(([, place = '']) => place))].sort(),
  }
}

function filesOf(folder: string): readonly PolicySource[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
}

/** The first comment of the first Cedar file, up to its first blank line. */
function aboutOf(files: readonly PolicySource[]): string {
  const text = files.find(({ file }) => file.endsWith('.cedar'))?.text ?? ''
  const [head = ''] = text.split(/^(?!\/\/ \S)/m)
  return head
    .replaceAll(/^\/\/ /gm, '')
    .replaceAll('\n', ' ')
    .trim()
}
