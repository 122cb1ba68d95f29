import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageEcosystem } from '../../kernel/packages.ts'
import { type Entry, TreeFault, walk } from './walk.ts'

/** Only who runs the gateway comes through these; what lies below them can be read by all. */
const CLOSED = 0o700
const STAGING = '.staging'
/** Milliseconds after which a folder of an installation is a leftover, whoever made it. */
const LEFT_OVER = 24 * 3_600_000

/** Where an installation happens, before anything of it counts. */
export interface Staging {
  /** The only folder that the tools write. */
  readonly folder: string
  /** What becomes the package. */
  readonly tree: string
  /** Writes a file of the tree, in the place of whatever is there, for the tools to change. */
  write(name: string, text: string): void
  /** Removes all that is left of it. */
  clear(): Promise<void>
}

/** The folders of packages on this machine. */
export interface Shelf {
  /** Makes a folder to install into. */
  stage(): Staging
  /** Makes what tools wrote our own: owner, permissions. @throws {TreeFault} for what no package holds. */
  adopt(tree: string): Promise<void>
  /** Absolute path of a package by the name of its folder. */
  at(ecosystem: PackageEcosystem, folder: string): string
  /** Moves a tree to its place, at once and as a whole; what was there goes. */
  put(tree: string, ecosystem: PackageEcosystem, folder: string): Promise<void>
  /** Removes a package. */
  drop(ecosystem: PackageEcosystem, folder: string): Promise<void>
}

/**
 * Opens the folders of packages, and removes what broken installations left.
 *
 * @param owner Whom tools run as, where that is somebody else than this process.
 * @throws an error of the file system.
 */
export async function openShelf(dataDir: string, owner: number | undefined): Promise<Shelf> {
  mkdirSync(dataDir, { recursive: true, mode: CLOSED })
  const root = closed(realpathSync(dataDir), 'packages')
  const stagings = closed(root, STAGING)
  const places = { npm: closed(root, 'npm'), pypi: closed(root, 'pypi') }
  await sweep(stagings)
  const at = (ecosystem: PackageEcosystem, folder: string) => join(places[ecosystem], folder)
  const aside = () => join(stagings, `${process.pid}-${randomBytes(8).toString('hex')}`)
  return {
    at,
    adopt,
    stage() {
      const folder = aside()
      const tree = join(folder, 'tree')
      mkdirSync(folder, { mode: CLOSED })
      mkdirSync(tree, { mode: 0o755 })
      if (owner !== undefined) for (const made of [folder, tree]) chownSync(made, owner, owner)
      return {
        folder,
        tree,
        write(name, text) {
          const file = join(tree, name)
          rmSync(file, { force: true })
          writeFileSync(file, text, { flag: 'wx', mode: 0o644 })
          if (owner !== undefined) chownSync(file, owner, owner)
        },
        clear: () => rm(folder, { recursive: true, force: true }),
      }
    },
    async put(tree, ecosystem, folder) {
      const place = at(ecosystem, folder)
      const old = aside()
      try {
        renameSync(place, old)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
      renameSync(tree, place)
      await rm(old, { recursive: true, force: true })
    },
    drop: async (ecosystem, folder) => {
      const old = aside()
      try {
        renameSync(at(ecosystem, folder), old)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
      await rm(old, { recursive: true, force: true })
    },
  }
}

/** A folder of ours that was there before may have been opened to others: it is closed again. */
function closed(parent: string, name: string): string {
  const folder = join(parent, name)
  mkdirSync(folder, { recursive: true, mode: CLOSED })
  if (!lstatSync(folder).isDirectory()) throw new TreeFault(`\`${folder}\` is no folder`)
  chmodSync(folder, CLOSED)
  return folder
}

async function sweep(stagings: string): Promise<void> {
  for (const name of readdirSync(stagings)) {
    const folder = join(stagings, name)
    const since = lstatSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const fresh = Date.now() - since < LEFT_OVER
    if (fresh && isAlive(Number(name.split('-')[0]))) continue
    await rm(folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function adopt(tree: string): Promise<void> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  return walk(tree, (entry) => {
    const { absolute, stats } = entry
    if (uid !== undefined && gid !== undefined && (stats.uid !== uid || stats.gid !== gid))
      lchownSync(absolute, uid, gid)
    if (!stats.isSymbolicLink()) chmodSync(absolute, modeOf(entry))
  })
}

/** Readable by all, writable by us, without the bits that lend rights to whoever runs a file. */
function modeOf({ path, stats }: Entry): number {
  if (stats.isDirectory()) return 0o755
  if (!stats.isFile()) throw new TreeFault(`\`${path}\` is no file, folder or link`)
  // Its other name could lie where somebody else writes.
  if (stats.nlink !== 1) throw new TreeFault(`\`${path}\` has a second name`)
  return (stats.mode & 0o111) === 0 ? 0o644 : 0o755
}

/** Name of the folder of one artifact: tells people which it is, and differs for each. */
export function folderName(name: string, version: string, id: string): string {
  const plain = `${name}@${version}`.replace(/[^A-Za-z0-9@._+-]/g, '+').slice(0, 150)
  return `${plain.startsWith('.') ? `+${plain}` : plain}-${id.slice(0, 16)}`
}
