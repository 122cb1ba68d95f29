/** Files of the console's policies by name. */
export type Files = Readonly<Record<string, string>>

/** What is being written: kept in this window until it is saved or given up. */
export interface Draft {
  /** The version that it began from; 0: none. */
  readonly from: number
  /** The newest version that its author saw; 0: none. */
  readonly base: number
  /** As they were when it began. */
  readonly original: Files
  readonly files: Files
}

/** A draft of a version. */
export function draftOf(files: Files, from: number, base: number): Draft {
  return { from, base, original: files, files }
}

/** A draft that begins with files that no version has. */
export function draftAnew(files: Files, base: number): Draft {
  return { from: 0, base, original: {}, files }
}

/** Whether something would be lost. */
export function isChanged({ original, files }: Draft): boolean {
  return namesOf({ ...original, ...files }).some((name) => original[name] !== files[name])
}

/** What became of a file since the draft began. */
export function changeOf({ original, files }: Draft, name: string): 'new' | 'changed' | undefined {
  if (original[name] === undefined) return 'new'
  return original[name] === files[name] ? undefined : 'changed'
}

/** The same draft with this text in a file. */
export function withText(draft: Draft, name: string, text: string): Draft {
  if (draft.files[name] === text) return draft
  return { ...draft, files: { ...draft.files, [name]: text } }
}

/** The same draft without a file. */
export function withoutFile(draft: Draft, name: string): Draft {
  const { [name]: _, ...files } = draft.files
  return { ...draft, files }
}

/** The same draft with another name for a file. */
export function withName(draft: Draft, name: string, next: string): Draft {
  const text = draft.files[name] ?? ''
  return withText(withoutFile(draft, name), next, text)
}

/** Names in the order in which they are shown. */
export function namesOf(files: Files): readonly string[] {
  return Object.keys(files).toSorted((a, b) => a.localeCompare(b, 'en'))
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}(\.test\.yaml|\.yaml|\.cedar)$/

/** Why a file cannot have a name; undefined when it can. */
export function nameFault(name: string, files: Files): string | undefined {
  if (Object.hasOwn(files, name)) return 'there is such a file already'
  if (NAME.test(name)) return undefined
  if (!/\.(cedar|yaml)$/.test(name))
    return 'ends in `.cedar` for policies, `.yaml` for guards and limits, `.test.yaml` for tests'
  return 'small letters, digits, `-` and `_`, 63 at most, before the ending'
}

/** A name that no file has yet: `mail.cedar`, `mail-2.cedar`, … */
export function freeName(wanted: string, files: Files): string {
  const [ending = ''] = /(?:\.test\.yaml|\.yaml|\.cedar)$/.exec(wanted) ?? []
  const stem = wanted.slice(0, wanted.length - ending.length)
  let name = wanted
  for (let count = 2; Object.hasOwn(files, name); count += 1) name = `${stem}-${count}${ending}`
  return name
}
