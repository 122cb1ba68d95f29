import type { PackageProvenance } from '../../kernel/packages.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import type { Change, Difference } from './change.ts'
import type { PackageDiff } from './diff.ts'

/** Characters of a name, and of a script, that are shown. */
const NAME = 214
const SCRIPT = 2_000

/**
 * A difference for a terminal, one line each, the riskiest first. Everything that publishers chose is shown
 * with what nobody would see spelled out.
 */
export function diffText(diff: PackageDiff): readonly string[] {
  const { server, name, from, to, risk, changes } = diff
  const head = `${shown(server)}: ${shown(name)} ${shown(from)} -> ${shown(to)}, risk ${risk}`
  return [head, ...changes.map((change) => `  ${change.risk.padEnd(8)}  ${changeText(change)}`)]
}

/** One change in words. */
export function changeText(change: Change): string {
  return inWords(change)
}

function inWords(change: Difference): string {
  switch (change.kind) {
    case 'name':
      return `another package: ${shown(change.from)} -> ${shown(change.to)}`
    case 'version':
      return `version ${shown(change.from)} -> ${shown(change.to)} (${change.step})`
    case 'integrity':
      return `the same version has other contents: ${shown(change.from)} -> ${shown(change.to)}`
    case 'people':
      return `people: ${[...change.added.map((who) => `+ ${shown(who)}`), ...change.removed.map((who) => `- ${shown(who)}`)].join(', ')}`
    case 'repository':
    case 'license':
      return `${change.kind} ${shown(change.from ?? '(none)')} -> ${shown(change.to ?? '(none)')}`
    case 'size':
      return `size ${change.from} -> ${change.to} bytes`
    case 'files':
      return `files: ${change.added} added, ${change.removed} removed, ${change.changed} changed`
    case 'provenance':
      return `provenance ${provenanceWords(change.from)} -> ${provenanceWords(change.to)}`
    case 'bin-added':
      return `program \`${shown(change.name)}\` is now ${shown(change.file)}`
    case 'bin-removed':
      return `program \`${shown(change.name)}\` is gone`
    default:
      return change.kind.startsWith('script') ? scriptWords(change) : dependencyWords(change)
  }
}

function scriptWords(change: Difference): string {
  switch (change.kind) {
    case 'script-added':
      return `install script of ${shown(change.package)}: new \`${change.script}\`: ${spellOut(change.text, SCRIPT)}`
    case 'script-changed':
      return `install script of ${shown(change.package)}: \`${change.script}\` was ${spellOut(change.from, SCRIPT)}, is ${spellOut(change.to, SCRIPT)}`
    case 'script-removed':
      return `install script of ${shown(change.package)}: \`${change.script}\` is gone`
    default:
      return change.kind
  }
}

function dependencyWords(change: Difference): string {
  switch (change.kind) {
    case 'dependency-added':
      return `new dependency ${shown(change.name)} ${listed(change.versions)}`
    case 'dependency-removed':
      return `dependency ${shown(change.name)} ${listed(change.versions)} is gone`
    case 'dependency-changed':
      return `dependency ${shown(change.name)} ${listed(change.from)} -> ${listed(change.to)} (${change.step})`
    case 'dependency-integrity':
      return `dependency ${shown(change.name)} ${shown(change.version)}: the same version has other contents`
    case 'dependency-source':
      return `dependency ${shown(change.name)} comes from ${shown(change.to)}, was ${shown(change.from)}`
    default:
      return change.kind
  }
}

function provenanceWords(provenance: PackageProvenance): string {
  switch (provenance.kind) {
    case 'verified':
      return `verified (${shown(provenance.repository)}, ${shown(provenance.builder)})`
    case 'unverified':
      return `not verified (${provenance.reason})`
    case 'absent':
      return 'absent'
  }
}

function listed(versions: readonly string[]): string {
  return versions.map(shown).join(', ')
}

function shown(text: string): string {
  return spellOut(text, NAME)
}
