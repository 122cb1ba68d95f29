import { type Draft, UnreadableError } from './draft.ts'
import { PROGRAMS, WORDY } from './programs.ts'
import { readScript } from './read.ts'
import { SHELLS } from './wrappers.ts'

/**
 * Whether a text that nobody declared to be a command line certainly is one; the draft has it then.
 * A text is one when it says so (`#!`, `$ `), when it begins as nothing but a command line does (a
 * known program with an option, into a pipe to a shell, …), or when a name or a path has a command
 * within it. All of it must be readable as one: prose seldom is, and never begins so.
 */
export function findCommand(draft: Draft, text: string): boolean {
  const trimmed = text.trim()
  if (trimmed.startsWith('#!')) return script(draft, trimmed)
  const prompted = /^[$#] +(?=[a-z./])/.exec(trimmed)
  if (prompted) return line(draft, trimmed.slice(prompted[0].length))
  const first = /^(?:[A-Z_]\w*=\S* +)*(?:[\w./-]*\/)?([\w.+-]+)(?=\s)/.exec(trimmed)
  if (first && KNOWN.has(String(first[1]))) return line(draft, trimmed)
  return injected(draft, trimmed)
}

const KNOWN: ReadonlySet<string> = new Set([...PROGRAMS, ...WORDY, ...SHELLS])

/** A script: its first line names the program that reads it. */
function script(draft: Draft, text: string): boolean {
  const [, program = '', operand = ''] =
    /^#! *\/(?:\S*\/)?(\S+)(?: +(?:-\S+ +)*(\S+))?/.exec(text) ?? []
  const name = program === 'env' ? operand : program
  if (name === '') return false
  if (SHELLS.has(name)) readScript(draft, text)
  else draft.flags.add('inline-code')
  draft.programs.add(name)
  return true
}

function line(draft: Draft, text: string): boolean {
  readScript(draft, text)
  return !isProse(text) && draft.commands.some(certain)
}

/** A program that is known, with what only a command line has. */
function certain(words: readonly (string | null)[]): boolean {
  const [first, ...rest] = words
  const name = first?.slice(first.lastIndexOf('/') + 1) ?? ''
  const [second] = rest
  if (!KNOWN.has(name) || second === undefined) return false
  if (WORDY.has(name)) return OPTION.test(second ?? '') || FOLDER.test(second ?? '')
  return rest.some((word) => word === null || OPTION.test(word) || PLACE.test(word))
}

const OPTION = /^-{1,2}[A-Za-z0-9][\w-]*(?:=.*)?$/
const PLACE = /^(?:\/|~\/|\.{1,2}\/|[a-z]+:\/\/)\S/
// After a program whose name is a word: a folder alone is enough, as in `find .`.
const FOLDER = /^(?:\.{1,2}$|\/\w|\.{1,2}\/|~\/)/

/** A sentence: plain words up to its full stop. */
function isProse(text: string): boolean {
  return (
    /[a-z][.!?]$/.test(text) && (text.match(/(?<=^|\s)[A-Za-z]{2,}(?=[\s,.!?])/g)?.length ?? 0) > 3
  )
}

const NAME = /^[\w./:@=+,~%-]*$/

/** A name or a path that a shell would find a command in. */
function injected(draft: Draft, text: string): boolean {
  const [, before = '', substitution = '', after = ''] =
    /^([^\s$`;&|]*)(\$\([^()]*\)|`[^`]*`|\$\{IFS\}.*)([^\s$`]*)$/s.exec(text) ?? []
  if (substitution !== '' && NAME.test(before) && NAME.test(after)) {
    const glued = before + after !== ''
    return commandIn(draft, substitution, glued) && reads(draft, text)
  }
  const [head = ''] = /^[\w./:@=+,~%-]*['"]?\)?/.exec(text) ?? []
  const [separator = ''] = /^[ \t]?(?:;|&&?|\|\|?|\n)/.exec(text.slice(head.length)) ?? []
  const rest = text.slice(head.length + separator.length).trimStart()
  if (separator === '' || !/^[a-z./]/.test(rest)) return false
  return line(draft, rest.replace(/ ?(?:#|;|&&) ?['"]?$/, ''))
}

/** `$(name)` is a variable to make and others, `` `name` `` a name in Markdown: a command has more. */
function commandIn(draft: Draft, substitution: string, glued: boolean): boolean {
  if (substitution[1] === '{') return glued
  const inner = substitution.replace(/^\$\(|^`|[)`]$/g, '').trim()
  const [name = '', ...more] = inner.split(/[\s<>|;&]|\$\{?IFS\}?/)
  if (substitution.startsWith('`') && !glued) return false
  const known = KNOWN.has(name.slice(name.lastIndexOf('/') + 1))
  if (more.length === 0) return known && (glued || substitution.startsWith('$'))
  return known || (draft.commands.length === 0 && glued && /^[a-z][\w.-]*$/.test(name))
}

function reads(draft: Draft, text: string): boolean {
  try {
    readScript(draft, text)
    return true
  } catch (error) {
    if (error instanceof UnreadableError) return false
    throw error
  }
}
