import { join } from 'node:path'
import { toGatewayError } from '../kernel/errors.ts'
import type { Witness } from '../kernel/event.ts'
import type { PackageWish, RunnablePackage } from '../kernel/packages.ts'
import type { FirstSight } from '../kernel/pins.ts'
import type { FileCheck } from './check-files.ts'
import { choose } from './choose.ts'
import type { decisions } from './decide.ts'
import type { installer } from './install.ts'
import { programOf } from './npm/program.ts'
import { provenanceRefusal } from './provenance/provenance.ts'
import { venvProgram } from './pypi/venv.ts'
import { refusal } from './refusal.ts'
import type { PackageEntry, PackageRows } from './rows.ts'
import { type VersionKind, versionKind } from './wish.ts'

interface Parts {
  readonly rows: PackageRows
  readonly files: FileCheck
  readonly witness: Witness
  readonly node: string
  readonly firstSight: (server: string) => FirstSight
  readonly install: ReturnType<typeof installer>['install']
  readonly decide: ReturnType<typeof decisions>['decide']
  readonly log: (message: string, cause?: unknown) => void
}

/** Refusals that are remembered to be on record. */
const MAX_TOLD = 1_000

/** Says what a server runs. */
export function resolver(parts: Parts) {
  const { rows, files, log } = parts
  const refused = refusalTeller(parts)
  /** First installations that run: whoever asks meanwhile waits for the same one. */
  const running = new Map<string, Promise<PackageEntry>>()

  async function resolve(server: string, wish: PackageWish): Promise<RunnablePackage> {
    try {
      const entry = await chosen(server, wish)
      const reason = provenanceRefusal(entry.provenance, wish.provenance)
      if (reason !== undefined) {
        const why = `where \`${entry.name}@${entry.version}\` was built is not proven`
        throw refusal({ server, reason, why })
      }
      const fault = await files.check(entry)
      if (fault !== undefined) throw refusal({ server, ...fault })
      return runnableOf(parts.node, entry, wish)
    } catch (error) {
      refused(server, error)
      throw error
    }
  }

  async function chosen(server: string, wish: PackageWish): Promise<PackageEntry> {
    const kind = versionKind(server, wish)
    const all = await rows.list(server)
    const choice = choose(all, wish, kind)
    if ('entry' in choice) return choice.entry
    if (all.length === 0 && mayInstall(server, wish, kind)) return firstTime(server, wish)
    throw refusal({ server, ...choice })
  }

  /** Without anybody being asked: only what is named exactly, and runs nothing when it is installed. */
  function mayInstall(server: string, wish: PackageWish, kind: VersionKind): boolean {
    return kind === 'exact' && !wish.scripts && parts.firstSight(server) !== 'quarantine'
  }

  function firstTime(server: string, wish: PackageWish): Promise<PackageEntry> {
    const going = running.get(server)
    if (going !== undefined) return going
    const first = installFirst(server, wish).finally(() => running.delete(server))
    running.set(server, first)
    return first
  }

  async function installFirst(server: string, wish: PackageWish): Promise<PackageEntry> {
    const tell = (step: string) => log(`package of \`${server}\`: ${step}`)
    const how = { tell, signal: undefined, fresh: false }
    const { entry } = await parts.install(server, wish, how)
    // The same version with another archive was seen before: that is for somebody to look at.
    if (entry.changes.length > 0) {
      const why = entry.changes.join('; ')
      throw refusal({ server, reason: 'not_approved', why })
    }
    const reason = 'first installation of an exact version'
    const decided = { state: 'approved', by: undefined, reason } as const
    return (await parts.decide(server, entry.id, decided)) ?? entry
  }

  return { resolve }
}

/** Puts refusals on record, each once: a server that is tried again and again fills nothing. */
function refusalTeller({ witness, log }: Pick<Parts, 'witness' | 'log'>) {
  const told = new Set<string>()
  return (server: string, error: unknown): void => {
    const { code, data, message } = toGatewayError(error)
    if (code !== 'package_refused') return
    const detail = { reason: String(data?.['reason'] ?? 'unknown'), why: message.slice(0, 1_000) }
    const key = `${server} ${detail.reason} ${detail.why}`
    if (told.has(key)) return
    if (told.size >= MAX_TOLD) told.clear()
    told.add(key)
    witness({ event: 'package.refused', outcome: 'refused', target: server, detail }).catch(
      (cause: unknown) => log(`the refused package of \`${server}\` is not on record`, cause),
    )
  }
}

function runnableOf(node: string, entry: PackageEntry, wish: PackageWish): RunnablePackage {
  const { server, folder, ecosystem, name } = entry
  const program =
    ecosystem === 'npm'
      ? programOf(folder, name, wish.bin)
      : venvProgram(join(folder, 'venv'), name, wish.bin)
  if ('fault' in program) throw refusal({ server, reason: 'install_failed', why: program.fault })
  const { file, runner } = program
  const how = runner === 'itself' ? [file] : [runner === 'node' ? node : runner, file]
  return { package: entry, command: [...how, ...wish.args], code: [folder] }
}
