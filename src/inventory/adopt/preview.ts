import type { ConfigFormat } from '../../kernel/inventory.ts'
import type { DocumentPath } from '../formats/document.ts'
import { editDocument, readDocument } from '../formats/formats.ts'
import { draftOf } from './draft.ts'
import { lineDiff } from './line-diff.ts'
import type { Plan, SecretSense } from './plan-words.ts'
import type { FileSystem } from './ports.ts'
import type { ReleasedFile } from './release.ts'
import { FileRefused } from './replace-file.ts'
import { isSecretAddress, isSecretArgument, isSecretValue } from './secret-places.ts'
import { isMap } from './value-at.ts'

/** What stands where a value was. */
const MASK = '********'
/** At most so many values are masked; a file with more is not shown. */
const MOST_MASKED = 10_000

/** What would change in a file: a unified diff, secrets masked; or why it cannot be shown. */
export interface Preview {
  readonly file: string
  readonly diff: readonly string[]
  readonly problem?: string
}

/** What a plan would change in files of hosts. Writes nothing. */
export function previewPlan(plan: Plan, files: FileSystem, sense: SecretSense): readonly Preview[] {
  return plan.files.map((planned) => {
    try {
      const { read, text } = draftOf(files, planned, plan.servers)
      return preview({ ...planned, before: read.text, after: text }, sense)
    } catch (error) {
      const problem = error instanceof FileRefused ? error.message : 'it cannot be worked out'
      return { file: planned.file, diff: [], problem }
    }
  })
}

/** What a release changes, or would change, in a file. */
export function preview(
  { file, format, before, after }: ReleasedFile,
  sense: SecretSense,
): Preview {
  const [old, fresh] = [masked(before, format, sense), masked(after, format, sense)]
  if (old !== undefined && fresh !== undefined) return { file, diff: lineDiff(old, fresh, file) }
  return { file, diff: [], problem: 'its secrets cannot be masked, so it is not shown' }
}

/**
 * The text with every value masked that may be a secret: all variables and headers, and whatever else is
 * one by its name, its form or its place. Masked as parts of the document and not of the text, so that no
 * way to write a value slips through. Undefined where that cannot be done.
 */
export function masked(text: string, format: ConfigFormat, sense: SecretSense): string | undefined {
  const { value, problems } = readDocument(text, format)
  if (value === undefined || problems.length > 0) return undefined
  const at = [...sensitive(value, [], sense)]
  if (at.length > MOST_MASKED) return undefined
  const edited = editDocument(
    text,
    format,
    at.map((path) => ({ at: path, value: MASK })),
  )
  if (!edited.ok) return undefined
  // what is left are comments
  return edited.text
    .split('\n')
    .map((line) => (sense.shape(line) ? MASK : line))
    .join('\n')
}

const ALL_INSIDE = /^(env|envs|environment|headers|http_headers|secrets)$/i

type Paths = Generator<DocumentPath>

function* sensitive(value: unknown, at: DocumentPath, sense: SecretSense): Paths {
  if (Array.isArray(value)) yield* inList(value, at, sense)
  else if (isMap(value)) yield* inMap(value, at, sense)
}

function* inList(list: readonly unknown[], at: DocumentPath, sense: SecretSense): Paths {
  for (const [index, inner] of list.entries()) {
    const path = [...at, index]
    if (typeof inner !== 'string') yield* sensitive(inner, path, sense)
    else if (isSecretArgument(textOf(list[index - 1]), inner, sense)) yield path
    else if (sense.find(inner).length > 0) yield path
  }
}

function* inMap(
  map: Readonly<Record<string, unknown>>,
  at: DocumentPath,
  sense: SecretSense,
): Paths {
  for (const [name, inner] of Object.entries(map)) {
    const path = [...at, name]
    if (typeof inner === 'object') yield* under(name, inner, path, sense)
    else if (isSensitive(name, inner, sense)) yield path
  }
}

function* under(name: string, inner: unknown, at: DocumentPath, sense: SecretSense): Paths {
  if (!ALL_INSIDE.test(name) || !isMap(inner)) return yield* sensitive(inner, at, sense)
  for (const [key, value] of Object.entries(inner))
    if (typeof value === 'object') yield* sensitive(value, [...at, key], sense)
    else yield [...at, key]
}

function isSensitive(name: string, value: unknown, sense: SecretSense): boolean {
  if (typeof value !== 'string') return typeof value === 'number' && sense.name(name)
  if (isSecretValue(name, value, sense) || isSecretAddress(value, sense)) return true
  return sense.find(value, name).length > 0
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
