import { sha256 } from '../../kernel/hash.ts'
import type { ConfigProblem, HostId, ReadConfig } from '../../kernel/inventory.ts'
import { readDocument } from '../formats/formats.ts'
import { HOSTS } from '../hosts/hosts.ts'
import { type HostPlace, type PlacedFile, placesOf } from '../hosts/places.ts'
import { serversOf } from '../hosts/servers-of.ts'
import { expand } from './expand.ts'
import { readFileSafely } from './read-file.ts'

/** Where to look, and for what. */
export interface ReadHostsOptions extends HostPlace {
  /** Only these hosts; files of others that they read as well are included. */
  readonly hosts?: readonly HostId[]
  /** The number of the person whose files they are; undefined on systems without. */
  readonly owner?: number | undefined
}

/** Files that are open at the same time. */
const AT_ONCE = 16

/**
 * Reads all files of hosts that are there, in the order of the registry, each once. A file that cannot
 * be read or understood is there as well, with its problem and without servers. Never throws on what
 * it finds. `file` is the file itself where links led to it.
 */
export async function readHosts(options: ReadHostsOptions): Promise<readonly ReadConfig[]> {
  const placed = HOSTS.flatMap((host) => placesOf(host, options)).filter(({ host, file }) =>
    isWanted(options.hosts, [host.id, ...(file.alsoReadBy ?? [])]),
  )
  const expanded = await inTurns(placed, async (one) =>
    (await expand(one.path)).map((path) => ({ ...one, path })),
  )
  const read = await inTurns(expanded.flat(), (one) => readOne(one, options.owner))
  const seen = new Set<string>()
  return read.filter((config): config is ReadConfig => {
    if (config === undefined) return false
    // One file by several names: on a disk that takes large and small letters for the same.
    const key = `${config.host}\n${config.file}`
    return !seen.has(key) && seen.add(key) !== undefined
  })
}

function isWanted(wanted: readonly HostId[] | undefined, hosts: readonly HostId[]): boolean {
  return wanted === undefined || hosts.some((host) => wanted.includes(host))
}

async function readOne(
  placed: PlacedFile,
  owner: number | undefined,
): Promise<ReadConfig | undefined> {
  const { host, file, path, within } = placed
  const content = await readFileSafely(path, { within, owner })
  if (content === undefined) return undefined
  const about = { host: host.id, scope: file.scope, file: content.path, format: file.format }
  if ('problem' in content) {
    const problem: ConfigProblem = { file: content.path, ...content.problem }
    return { ...about, digest: '', servers: [], problems: [problem] }
  }
  const document = readDocument(content.text, file.format)
  const found = serversOf(placed, content.path, document.value)
  const broken = document.problems.map(
    ({ kind, at, line, message }): ConfigProblem => ({
      file: content.path,
      kind,
      ...(at === undefined ? {} : { at }),
      message: line === undefined ? message : `line ${line}: ${message}`,
    }),
  )
  return {
    ...about,
    digest: sha256(content.bytes),
    servers: found.servers,
    problems: [...broken, ...found.problems],
  }
}

/** Does work on each item, some at a time; results in the order of the items. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const open = items.entries()
  const run = async (): Promise<void> => {
    for (const [index, item] of open) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, run))
  return results
}
