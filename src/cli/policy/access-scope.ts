import type { Target } from '../../kernel/access.ts'
import { assumedGroups, type Subject } from '../../kernel/subject.ts'
import type { Definitions } from '../../policy/schema/definitions.ts'
import { subjectNamed } from '../subject-option.ts'

/**
 * The subjects that a command names; without any, the owner. All of them are in the groups that it
 * names; without any, the owner is one of the owners, and nobody else is in a group.
 *
 * @throws {CommandError} `usage`
 */
export function subjectsOf(
  texts: readonly string[],
  groups: readonly string[],
): readonly Subject[] {
  return (texts.length === 0 ? ['user:owner'] : texts).map((text) => {
    const who = subjectNamed(text)
    return { ...who, via: 'operator', groups: groupsOf(who, groups), actors: [] }
  })
}

function groupsOf(who: Pick<Subject, 'kind' | 'id'>, named: readonly string[]): readonly string[] {
  return named.length === 0 ? assumedGroups(who) : [...new Set(named)]
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
