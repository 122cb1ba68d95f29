import { basename } from 'node:path'
import type { Witness } from '../kernel/event.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Decision, PackageEntry, PackageRows } from './rows.ts'
import type { Shelf } from './store/shelf.ts'

/** A decision on an artifact, and whose it is. */
export interface Decided {
  readonly state: Decision['state']
  /** Who decided; undefined: the configuration says so. */
  readonly by: string | undefined
  readonly reason: string | undefined
}

interface Parts {
  readonly rows: PackageRows
  readonly shelf: Shelf
  readonly witness: Witness
  readonly clock: Clock
}

/** Decisions on artifacts: on record before they count. */
export function decisions({ rows, shelf, witness, clock }: Parts) {
  return {
    async decide(
      server: string,
      id: string,
      { state, by, reason }: Decided,
    ): Promise<PackageEntry | undefined> {
      const entry = (await rows.list(server)).find((row) => row.id === id)
      if (entry === undefined) return undefined
      const who = {
        ...(by === undefined ? {} : { by }),
        ...(reason === undefined ? {} : { reason }),
      }
      await witness({
        event: state === 'approved' ? 'package.approved' : 'package.rejected',
        outcome: 'done',
        target: server,
        detail: { ...detailOf(entry), ...who },
      })
      const decision = { state, by, reason, at: clock() }
      await rows.decide(server, id, decision)
      if (state === 'rejected' && !(await rows.uses(basename(entry.folder))))
        await shelf.drop(entry.ecosystem, basename(entry.folder))
      const { at: decided, ...rest } = decision
      return { ...entry, ...rest, decided }
    },
  }
}

/** What records say of an artifact: names and digests. */
export function detailOf(entry: PackageEntry) {
  const { id, ecosystem, name, version, integrity, lock, tree, scripted, scripts, changes } = entry
  return {
    ...{ id, ecosystem, name, version, integrity, lock, tree, scripts },
    scripted: scripted.slice(0, 50),
    changes: changes.slice(0, 20),
    provenance: entry.provenance.kind,
  }
}
