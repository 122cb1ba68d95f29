import type { Finding, Severity } from '../../../kernel/finding.ts'
import type { Json } from '../../../kernel/json.ts'
import type { DefinitionChange, DefinitionDiff, PinKind, PinVersion } from '../../../kernel/pins.ts'
import { type Change, changesOf, pointerOf } from './changes.ts'
import { meaningOf, worse } from './meaning.ts'
import { placeOf } from './place.ts'
import { legible, shownTexts } from './texts.ts'

/** Changes that are shown; of more, the rest is one. */
const MAX_CHANGES = 500

/** How a version differs from what was approved before it, the worst first. Pure. */
export function definitionDiff(from: PinVersion | undefined, to: PinVersion): DefinitionDiff {
  const changes = from === undefined ? [] : versionChanges(from, to)
  const known = new Set(from?.judgement.findings.map(findingKey))
  const newFindings = to.judgement.findings.filter((finding) => !known.has(findingKey(finding)))
  const risk = [...changes, ...newFindings].reduce<Severity>(
    (most, { severity }) => worse(severity, most),
    'info',
  )
  return { from, to, changes, risk, newFindings }
}

function versionChanges(from: PinVersion, to: PinVersion): readonly DefinitionChange[] {
  const changes = explainedChanges(to.kind, from.definition, to.definition)
  if (changes.length > 0 || from.digest === to.digest) return changes
  const why = 'numbers in it are spelled otherwise, and not all readers read them alike'
  return [{ at: '', kind: 'changed', meaning: 'spelling', severity: 'low', why }]
}

/**
 * How two definitions differ, and what each difference means, the worst first. Nothing if and only if their
 * canonical forms are equal.
 */
export function explainedChanges(
  kind: PinKind,
  before: Json,
  after: Json,
): readonly DefinitionChange[] {
  const all = changesOf(before, after)
  const explained = all.slice(0, MAX_CHANGES).map((change) => explain(kind, change))
  if (all.length > MAX_CHANGES)
    explained.push({
      ...{ at: '', kind: 'changed', meaning: 'too-many', severity: 'high' },
      why: `${all.length - MAX_CHANGES} more changes: it is another definition`,
    })
  return explained.sort((one, other) => rank(other) - rank(one))
}

function rank({ severity }: DefinitionChange): number {
  return ['info', 'low', 'medium', 'high', 'critical'].indexOf(severity)
}

function explain(kind: PinKind, change: Change): DefinitionChange {
  const [before, after] = shown(change)
  return {
    at: pointerOf(change.path),
    kind: change.kind,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...meaningOf(placeOf(kind, change.path), change),
  }
}

function shown({ before, after }: Change): readonly (string | undefined)[] {
  const [was, is] = [textOf(before), textOf(after)]
  if (was !== undefined && is !== undefined) return shownTexts(was, is)
  return [was, is].map((text) => text && legible(text))
}

/** Texts as they are; JSON of what is no text. */
function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value)
}

function findingKey({ rule, at, shown, inName }: Finding): string {
  return JSON.stringify([rule, at, shown, inName])
}
