import { createHash } from 'node:crypto'
import type { LimitKey } from '../kernel/limits.ts'
import type { Subject } from '../kernel/subject.ts'
import type { Limit } from './compile.ts'
import type { Place } from './limit-index.ts'

/** Longer keys are replaced by their hash: names are the caller's, and an index has its bounds. */
const MAX_KEY = 300

/** The counter of a limit that a caller's use of a place is counted in. */
export function counterKey({ definition, prefix }: Limit, subject: Subject, place: Place): string {
  const parts = definition.per.toSorted().map((key) => partOf(key, subject, place))
  const key = prefix + JSON.stringify(parts)
  if (key.length <= MAX_KEY) return key
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}

function partOf(key: LimitKey, subject: Subject, { kind, server, name }: Place): string {
  switch (key) {
    case 'subject':
      return subjectPart(subject)
    case 'agent': {
      const agent = subject.actors[0] ?? (subject.kind === 'agent' ? subject.id : undefined)
      return agent === undefined ? subjectPart(subject) : `agent ${agent}`
    }
    // A client's name is its own claim. If a new name were a new counter, renaming would be the way
    // out of every limit.
    case 'client':
      return subjectPart(subject)
    case 'server':
      return `server ${server}`
    // URIs and names of prompts are the caller's to choose: all those of a server count as one.
    case 'tool':
      return kind === 'tool' ? `tool ${server}:${name}` : `${kind}s of ${server}`
  }
}

function subjectPart({ kind, id }: Subject): string {
  return `${kind} ${id}`
}
