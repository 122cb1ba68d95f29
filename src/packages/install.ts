import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Witness } from '../kernel/event.ts'
import { sha256 } from '../kernel/hash.ts'
import type { PackageWish } from '../kernel/packages.ts'
import type { Clock } from '../kernel/ports.ts'
import { artifactId } from './artifact.ts'
import { changesOf } from './changes.ts'
import type { FileCheck } from './check-files.ts'
import { choose, latest } from './choose.ts'
import { detailOf } from './decide.ts'
import { findNpm } from './npm/find-npm.ts'
import { type AskProvenance, type Installed, installNpm } from './npm/install-npm.ts'
import { registriesOf } from './npm/registry.ts'
import { provenanceRefusal } from './provenance/provenance.ts'
import { installPypi } from './pypi/install-pypi.ts'
import { refusal } from './refusal.ts'
import type { PackageEntry, PackageRows } from './rows.ts'
import type { ToolBench } from './run-tool.ts'
import { folderName, type Shelf, type Staging } from './store/shelf.ts'
import { type VersionKind, versionKind } from './wish.ts'

export interface InstallOptions {
  /** Told what happens, for whoever waits. */
  readonly tell: (step: string) => void
  readonly signal: AbortSignal | undefined
}

/** What an installation came to. */
export interface Installation {
  /**
   * `unchanged`: it is there and as it was approved. `restored`: files that were approved were put back.
   * `waits`: it is there, and nobody decided on it yet. `new`: it was fetched now, and waits.
   */
  readonly outcome: 'unchanged' | 'restored' | 'waits' | 'new'
  readonly entry: PackageEntry
  /** What ran before; undefined when nothing was ever approved for the server. */
  readonly before: PackageEntry | undefined
}

interface Parts {
  readonly rows: PackageRows
  readonly shelf: Shelf
  readonly files: FileCheck
  readonly witness: Witness
  readonly clock: Clock
  readonly node: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly bench: ToolBench
  readonly provenance: AskProvenance
}

type Asked = InstallOptions & { readonly fresh: boolean }

/** Installs artifacts for servers. */
export function installer(parts: Parts) {
  const { rows, files } = parts

  async function lockOf({ server, lock }: PackageEntry): Promise<string> {
    const text = await rows.lock(lock)
    if (text !== undefined && sha256(text) === lock) return text
    throw refusal({
      server,
      reason: 'lock_changed',
      why: 'its lockfile in the database was changed',
    })
  }

  async function install(server: string, wish: PackageWish, asked: Asked): Promise<Installation> {
    const kind = versionKind(server, wish)
    const all = await rows.list(server)
    const before = latest(all.filter(({ state }) => state === 'approved'))
    const there = asked.fresh ? undefined : standing(all, wish, kind)
    if (there !== undefined && (await files.check(there)) === undefined)
      return { outcome: there.state === 'approved' ? 'unchanged' : 'waits', entry: there, before }
    const lockText = there === undefined ? undefined : await lockOf(there)
    const staging = parts.shelf.stage()
    try {
      const installed = await fetched(parts, { server, wish, lockText }, asked, staging)
      return await shelve(parts, { server, wish, kind, installed, all, before }, staging)
    } finally {
      await staging.clear()
    }
  }
  return { install, lockOf }
}

/** What is there already for a wish and may still run, or wait. */
function standing(
  all: readonly PackageEntry[],
  wish: PackageWish,
  kind: VersionKind,
): PackageEntry | undefined {
  const open = all.filter(({ state }) => state !== 'rejected')
  const choice = choose(open, wish, kind)
  if ('entry' in choice) return choice.entry
  if (choice.reason !== 'not_approved') return undefined
  const approvedAll = open.map((row) => ({ ...row, state: 'approved' as const }))
  const waiting = choose(approvedAll, wish, kind)
  return 'entry' in waiting ? open.find(({ id }) => id === waiting.entry.id) : undefined
}

interface Ordered {
  readonly server: string
  readonly wish: PackageWish
  readonly lockText: string | undefined
}

async function fetched(
  parts: Parts,
  order: Ordered,
  { tell, signal }: Asked,
  staging: Staging,
): Promise<Installed> {
  const { bench, shelf, env, node } = parts
  const { server, wish } = order
  const extra = env['NODE_EXTRA_CA_CERTS']
  const extraCertificates =
    extra !== undefined && existsSync(extra) ? realpathSync(extra) : undefined
  const provenance = asking(parts, server)
  const work = { ...bench, shelf, provenance, extraCertificates, tell, signal }
  if (wish.ecosystem === 'pypi') return installPypi(work, env, order, staging)
  const npm = findNpm(node, env['PATH'])
  if (npm === undefined) {
    const why = 'there is no `npm` beside the node of the gateway or on its `PATH`'
    throw refusal({ server, reason: 'tool_missing', why })
  }
  const registries = await registriesOf(npm, dirname(staging.folder), env).catch(
    (cause: unknown) => {
      const why = 'npm does not tell which registry to use'
      throw refusal({ server, reason: 'registry_refused', why, cause })
    },
  )
  return installNpm(work, { npm, registries }, order, staging)
}

function asking({ provenance }: Parts, server: string): AskProvenance {
  return (archive) =>
    provenance(archive).catch((cause: unknown) => {
      const why = 'the registry does not say where it was built'
      throw refusal({ server, reason: 'registry_refused', why, cause })
    })
}

interface Shelving {
  readonly server: string
  readonly wish: PackageWish
  readonly kind: VersionKind
  readonly installed: Installed
  readonly all: readonly PackageEntry[]
  readonly before: PackageEntry | undefined
}

/** Takes what was installed into the books and to its place. What is new in it waits for a decision. */
async function shelve(
  { rows, shelf, files, witness, clock }: Parts,
  { server, wish, kind, installed, all, before }: Shelving,
  staging: Staging,
): Promise<Installation> {
  const { artifact, lockText } = installed
  requireProven(server, artifact, wish)
  const id = artifactId(artifact)
  const known = all.find((row) => row.id === id)
  if (known?.state === 'rejected') {
    const why = `\`${known.name}@${known.version}\` was rejected`
    throw refusal({ server, reason: 'rejected', why })
  }
  const folder = folderName(artifact.name, artifact.version, id)
  const entry: PackageEntry = known ?? {
    ...{ ...artifact, server, id, wanted: wish.version, state: 'pending', installed: clock() },
    folder: shelf.at(artifact.ecosystem, folder),
    changes: changesOf(before, artifact, await rows.versions(artifact)),
    ...{ decided: undefined, by: undefined, reason: undefined },
  }
  // Another server may run the same artifact from the same folder.
  if ((await files.recheck(entry)) !== undefined)
    await shelf.put(staging.tree, artifact.ecosystem, folder)
  const fault = await files.recheck(entry)
  if (fault !== undefined) throw refusal({ server, ...fault })
  if (known !== undefined) {
    if (kind !== 'exact') await rows.want(server, id, wish.version)
    return { outcome: known.state === 'pending' ? 'waits' : 'restored', entry: known, before }
  }
  await witness({
    event: all.length === 0 ? 'package.installed' : 'package.changed',
    outcome: 'done',
    target: server,
    detail: detailOf(entry),
  })
  const { folder: _, ...row } = entry
  await rows.add(row, folder, lockText)
  return { outcome: 'new', entry, before }
}

function requireProven(
  server: string,
  { name, version, provenance }: Installed['artifact'],
  wish: PackageWish,
): void {
  const reason = provenanceRefusal(provenance, wish.provenance)
  if (reason === undefined) return
  const told = provenance.kind === 'unverified' ? `: ${provenance.reason}` : ''
  const why = `where \`${name}@${version}\` was built is not proven${told}`
  throw refusal({ server, reason, why })
}
