import type { SubjectId } from '../kernel/subject.ts'
import { CommandError } from './command-error.ts'

/** A subject that was named on the command line: `user:ID` or `agent:ID`. @throws {CommandError} `usage` */
export function subjectNamed(text: string): {
  readonly kind: 'user' | 'agent'
  readonly id: SubjectId
} {
  const [, kind, id] = /^(user|agent):(.{1,256})$/s.exec(text) ?? []
  if (id === undefined)
    throw new CommandError('`--subject` takes `user:ID` or `agent:ID`', { exit: 'usage' })
  return { kind: kind === 'agent' ? 'agent' : 'user', id: id as SubjectId }
}

/** The same for a query of records: a name without its kind would find nothing, and seem to say so. */
export function subjectQuery(text: string | undefined): { readonly subject?: string } {
  if (text === undefined) return {}
  subjectNamed(text)
  return { subject: text }
}
