import { isDeepStrictEqual } from 'node:util'
import type {
  ConfigFormat,
  DocumentEdit,
  DocumentPath,
  DocumentProblem,
  DocumentSlice,
  EditedDocument,
  ReadDocument,
  TreeNode,
} from './document.ts'
import { MAX_LENGTH } from './document.ts'
import { expectEdits } from './expected.ts'
import type { FormatRules } from './format-rules.ts'
import { jsonRules } from './json-rules.ts'
import { tomlRules } from './toml-rules.ts'
import { isAmbiguous, lineAt, nodeAt, plainValue } from './tree.ts'
import { yamlRules } from './yaml-rules.ts'

const RULES: Readonly<Record<ConfigFormat, FormatRules>> = {
  json: jsonRules(false),
  jsonc: jsonRules(true),
  toml: tomlRules,
  yaml: yamlRules,
}
/** Of a document, so many are said. */
const MAX_PROBLEMS = 100
const MARK = '\uFEFF'

/**
 * Reads a document strictly; an empty one is an empty map. Duplicate keys are reported, and the last one
 * counts; a key `__proto__` is reported and left out. Never throws; bounded in size and depth.
 */
export function readDocument(text: string, format: ConfigFormat): ReadDocument {
  const { body, shift } = withoutMark(text)
  const parsed = parse(body, format)
  if ('problem' in parsed) return { problems: [parsed.problem], rangeOf: () => undefined }
  const problems: DocumentProblem[] = []
  const { tree } = parsed
  const report = (problem: DocumentProblem): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  const value = tree === undefined ? {} : plainValue(tree, report)
  return {
    value,
    problems,
    rangeOf: (at) => {
      const node = nodeAt(tree, at)
      if (node === undefined) return undefined
      const { start, end } = node
      return { start: start + shift, end: end + shift, line: lineAt(body, start) }
    },
  }
}

/**
 * Changes values of a document and touches nothing else: comments, order, line ends, indentation, byte
 * order mark, trailing commas and the final line end stay. Maps on the way that are missing are made.
 * What is not there need not be removed. The result was read again, and says exactly what was asked for;
 * otherwise nothing is changed. Never throws.
 */
export function editDocument(
  text: string,
  format: ConfigFormat,
  edits: readonly DocumentEdit[],
): EditedDocument {
  const before = readDocument(text, format)
  if (!('value' in before)) return refused(before.problems[0])
  const { body, mark } = withoutMark(text)
  let changed = body
  for (const edit of edits) {
    const result = attempt(() => applyOne(changed, format, edit))
    if (result === undefined) return refused({ ...NOT_IN_PLACE, at: edit.at })
    changed = result
  }
  const after = readDocument(changed, format)
  const expected = attempt(() => expectEdits(before.value, edits))
  if (!('value' in after) || expected === undefined) return refused(NOT_IN_PLACE)
  if (!saysSame(after.value, expected, format)) return refused(NOT_IN_PLACE)
  return { ok: true, text: mark + changed }
}

/** The exact text of the value at a path; undefined where there is none, or in more than one piece. */
export function sliceOf(
  text: string,
  format: ConfigFormat,
  at: DocumentPath,
): DocumentSlice | undefined {
  const { body, shift } = withoutMark(text)
  const parsed = parse(body, format)
  if (!('tree' in parsed) || parsed.tree === undefined || at.length === 0) return undefined
  const { tree } = parsed
  const found = attempt(() => RULES[format].slice(body, tree, at))
  if (found === undefined) return undefined
  const { form, start, end } = found
  return {
    form,
    start: start + shift,
    end: end + shift,
    line: lineAt(body, start),
    text: body.slice(start, end),
  }
}

/**
 * Puts a text that `sliceOf` gave in the place of the value at a path. After an `editDocument` of the
 * same path that replaced the value, this gives the bytes from before. Where the path is no longer there
 * it is put in anew. The result was read again: all but this value is as before, or nothing is changed.
 */
export function replaceSlice(
  text: string,
  format: ConfigFormat,
  at: DocumentPath,
  slice: Pick<DocumentSlice, 'form' | 'text'>,
): EditedDocument {
  const before = readDocument(text, format)
  if (!('value' in before)) return refused(before.problems[0])
  const open = openSlot(text, format, at, slice.form)
  const slot = open === undefined ? undefined : sliceOf(open, format, at)
  if (open === undefined || slot?.form !== slice.form) return refused({ ...NOT_IN_PLACE, at })
  const changed = open.slice(0, slot.start) + slice.text + open.slice(slot.end)
  const after = readDocument(changed, format)
  if (!('value' in after) || after.rangeOf(at) === undefined)
    return refused({ ...NOT_IN_PLACE, at })
  const without = (value: unknown): unknown => attempt(() => expectEdits(value, [blank(at)]))
  if (!saysSame(without(after.value), without(before.value), format))
    return refused({ ...NOT_IN_PLACE, at })
  return { ok: true, text: changed }
}

/** The text with a value of the wanted form at the path: the one that is there, or one put in. */
function openSlot(
  text: string,
  format: ConfigFormat,
  at: DocumentPath,
  form: DocumentSlice['form'],
): string | undefined {
  const slot = sliceOf(text, format, at)
  if (slot?.form === form) return text
  const cleared =
    slot === undefined ? text : textOf(editDocument(text, format, [{ at, remove: true }]))
  const value = form === 'lines' ? { placeholder: true } : true
  return cleared === undefined ? undefined : textOf(editDocument(cleared, format, [{ at, value }]))
}

function blank(at: DocumentPath): DocumentEdit {
  return { at, value: true }
}

function textOf(edited: EditedDocument): string | undefined {
  return edited.ok ? edited.text : undefined
}

function applyOne(text: string, format: ConfigFormat, edit: DocumentEdit): string | undefined {
  const parsed = RULES[format].parse(text)
  if ('problem' in parsed || isAmbiguous(parsed.tree, edit.at)) return undefined
  const { tree } = parsed
  if (!('remove' in edit)) return setBelow(text, RULES[format], tree, edit.at, edit.value)
  if (tree === undefined || nodeAt(tree, edit.at) === undefined) return text
  return RULES[format].remove(text, tree, edit.at)
}

/** Sets a value, with the maps above it that are missing. */
function setBelow(
  text: string,
  rules: FormatRules,
  tree: TreeNode | undefined,
  at: DocumentPath,
  value: unknown,
): string | undefined {
  let [place, content] = [at, value]
  while (place.length > 1 && isMissing(nodeAt(tree, place.slice(0, -1)))) {
    content = { [String(place.at(-1))]: content }
    place = place.slice(0, -1)
  }
  return rules.set(text, tree, place, content)
}

function isMissing(node: TreeNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null)
}

function parse(body: string, format: ConfigFormat): ReturnType<FormatRules['parse']> {
  if (body.length > MAX_LENGTH)
    return { problem: { kind: 'too_large', message: `longer than ${MAX_LENGTH} characters` } }
  return (
    attempt(() => RULES[format].parse(body)) ?? {
      problem: { kind: 'malformed', message: 'the document cannot be read' },
    }
  )
}

/** TOML has no word for a map that is empty because its last table went. */
function saysSame(a: unknown, b: unknown, format: ConfigFormat): boolean {
  return format === 'toml' ? isDeepStrictEqual(pruned(a), pruned(b)) : isDeepStrictEqual(a, b)
}

function pruned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept = Object.entries(value).map(([key, item]) => [key, pruned(item)] as const)
  return Object.fromEntries(kept.filter(([, item]) => !isEmptyMap(item)))
}

function isEmptyMap(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 0
  )
}

/** The parsers and this room are proven not to throw on what was thought of; the rest is refused. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

const NOT_IN_PLACE: DocumentProblem = {
  kind: 'malformed',
  message: 'the document cannot be changed in place',
}

function refused(problem: DocumentProblem | undefined): EditedDocument {
  return { ok: false, problem: problem ?? NOT_IN_PLACE }
}

function withoutMark(text: string): {
  readonly body: string
  readonly mark: string
  readonly shift: number
} {
  const mark = text.startsWith(MARK) ? MARK : ''
  return { body: text.slice(mark.length), mark, shift: mark.length }
}
