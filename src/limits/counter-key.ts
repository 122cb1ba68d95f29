import { createHash } from 'node:crypto'
import type { LimitKey } from '../kernel/limits.ts'
import type { Subject } from '../kernel/subject.ts'
import type { Limit } from './compile.ts'
import type { Place } from './limit-index.ts'

/** Longer keys, and odd ones, are replaced by their hash: indexes and columns of text have their bounds. */
const PLAIN = /^[ -~]{0,300}$/

/** The counter of a limit that a caller's use of a place is counted in. */
export function counterKey({ prefix, per }: Limit, subject: Subject, place: Place): string {
  const parts = per.map((key) => partOf(key, subject, place))
  // With its length before each, parts cannot be confused whatever is in them.
  const key = parts.reduce((text, part) => `${text}${part.length}:${part}`, prefix)
  if (PLAIN.test(key)) return key
  const exact = JSON.stringify([prefix, ...parts])
  return `sha256:${createHash('sha256').update(exact).digest('hex')}`
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
