import type { JsonObject } from '../../kernel/json.ts'
import type { PackageProvenance } from '../../kernel/packages.ts'
import type { PackageEntry } from '../../packages/packages.ts'
import { rows } from '../admin/lists.ts'
import type { Context } from '../context.ts'
import { paint, printable } from '../terminal.ts'

/** Digits of an id that are shown. */
const SHORT = 12

/** An artifact as `--json` shows it. */
export function entryView(entry: PackageEntry): JsonObject {
  const { installed, decided, wanted, by, reason, provenance, ...rest } = entry
  return {
    ...rest,
    provenance: { ...provenance },
    wanted: wanted ?? null,
    installed: new Date(installed).toISOString(),
    decided: decided === undefined ? null : new Date(decided).toISOString(),
    by: by ?? null,
    reason: reason ?? null,
  }
}

export const HEAD = ['SERVER', 'ID', 'STATE', 'PACKAGE', 'VERSION', 'NEEDS', 'SCRIPTS', 'BUILT BY']

export function cells(entry: PackageEntry): readonly string[] {
  const { server, id, state, ecosystem, name, version, dependencies, scripted } = entry
  const scripts =
    scripted.length === 0 ? '-' : `${scripted.length} ${entry.scripts ? 'ran' : 'off'}`
  return [
    ...[server, id.slice(0, SHORT), state, `${ecosystem}:${name}`, version],
    ...[String(dependencies), scripts, builtBy(entry.provenance)],
  ]
}

function builtBy(provenance: PackageProvenance): string {
  switch (provenance.kind) {
    case 'verified':
      return provenance.repository
    case 'unverified':
      return `not proven (${provenance.reason})`
    case 'absent':
      return '-'
  }
}

/** An artifact for whoever decides on it. */
export function entryText(context: Context, entry: PackageEntry): readonly string[] {
  const { ecosystem, name, version, integrity, dependencies, scripted, folder, id } = entry
  const ran = entry.scripts ? 'they ran, without a network' : 'they did not run'
  return [
    ...rows([
      ['package', `${ecosystem}:${name}@${version}`],
      ['id', id.slice(0, SHORT)],
      ['state', entry.state],
      ['archive', integrity],
      ['needs', `${dependencies} other packages`],
      ['scripts', scripted.length === 0 ? 'none' : `${scripted.join(', ')}; ${ran}`],
      ['built by', builtBy(entry.provenance)],
      ['folder', folder],
    ]),
    ...entry.changes.map((change) => paint(context, 'yellow', printable(`new: ${change}`))),
  ]
}
