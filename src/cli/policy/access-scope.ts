import type { Target } from '../../kernel/access.ts'
import type { Subject, SubjectId } from '../../kernel/subject.ts'
import type { Definitions } from '../../policy/schema/definitions.ts'
import { CommandError } from '../command-error.ts'

/** The subjects that a command names; without any, the owner. @throws {CommandError} `usage` */
export function subjectsOf(texts: readonly string[]): readonly Subject[] {
  return (texts.length === 0 ? ['user:owner'] : texts).map(subjectOf)
}

function subjectOf(text: string): Subject {
  const [, kind, id] = /^(user|agent):(.{1,256})$/.exec(text) ?? []
  if (id === undefined)
    throw new CommandError('`--subject` takes `user:ID` or `agent:ID`', { exit: 'usage' })
  return {
    kind: kind === 'agent' ? 'agent' : 'user',
    id: id as SubjectId,
    via: 'operator',
    groups: [],
    actors: [],
  }
}

/** The tools that servers offer, as policies see them. */
export function targetsOf({ tools }: Definitions, server?: string): readonly Target[] {
  return tools
    .filter((tool) => server === undefined || tool.server === server)
    .map(({ server: of, name, classification, of: origin }): Target => {
      const target = { kind: 'tool', server: of, name, classification } as const
      return origin === undefined ? target : { ...target, of: origin }
    })
}
