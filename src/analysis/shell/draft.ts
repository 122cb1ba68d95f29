import type { ShellFact } from '../../kernel/facts.ts'
import type { ShellFlag } from './flags.ts'

/** A word of a command; `null` when it is only known at run time. */
export type Literal = string | null

/** A text that a shell will read in turn. `sh`: any shell may; `bash`: this one does. */
export interface Inner {
  readonly text: string
  readonly depth: number
}

/** What has been read so far. Each reading of a value fills one. */
export interface Draft {
  readonly commands: Literal[][]
  readonly programs: Set<string>
  readonly operators: Set<string>
  readonly redirects: { operator: string; target: Literal }[]
  readonly flags: Set<ShellFlag>
  /** Texts that are still to be read. */
  readonly pending: Inner[]
  /** Characters that may still be read, all levels together. */
  work: number
  /** Whether a word, after quotes, holds the syntax of a substitution. */
  hides: boolean
  /** Whether something reads values of variables as expressions, in which a substitution runs. */
  evaluates: boolean
}

/** A text that cannot be read as a command line. The message is public and quotes nothing. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/** An empty draft for a value of some length. */
export function draftFor(length: number): Draft {
  return {
    commands: [],
    programs: new Set(),
    operators: new Set(),
    redirects: [],
    flags: new Set(),
    pending: [],
    hides: false,
    evaluates: false,
    work: WORK_LEAST + WORK_EACH * length,
  }
}

// Every level of nesting reads its text again, so this is what keeps deep nesting linear.
const WORK_EACH = 24
const WORK_LEAST = 4096

/** Takes note of characters about to be read. @throws {UnreadableError} when there were too many. */
export function spend(draft: Draft, characters: number): void {
  draft.work -= characters
  if (draft.work < 0) throw new UnreadableError('commands are nested too deeply')
}

/** The fact that a draft amounts to. */
export function factOf(
  draft: Draft,
  at: string,
  origin: ShellFact['origin'],
  text: string,
): ShellFact {
  if (draft.commands.length > 1) draft.flags.add('multiple')
  if (draft.redirects.length > 0) draft.flags.add('redirection')
  if (draft.hides && draft.evaluates) draft.flags.add('dynamic')
  if (UNUSUAL.test(text)) draft.flags.add('non-ascii')
  return {
    at,
    origin,
    flags: [...draft.flags].sort(),
    commands: draft.commands,
    programs: [...draft.programs].sort(),
    operators: [...draft.operators].sort(),
    redirects: draft.redirects,
  }
}

const UNUSUAL = /[^\t\n\x20-\x7e]/
