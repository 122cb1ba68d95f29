import type { Subject } from '../kernel/subject.ts'
import type { Parts } from './parts.ts'

/** Whose call it is, as people. */
export interface Requesters {
  /** Users who are no strangers to the call: none of them may approve it without the word `self`. */
  readonly all: readonly string[]
  /** For whom `self` stands: the user whom the call is for, or who answers for the agent. */
  readonly self: string | undefined
}

/** Looks up the people behind a call: the user, and who answers for each agent in it. */
export async function requestersOf(
  { principals }: Pick<Parts, 'principals'>,
  subject: Subject,
): Promise<Requesters> {
  const self = subject.kind === 'user' ? subject.id : (await principals.agent(subject.id))?.owner
  const all = new Set<string>(self === undefined ? [] : [self])
  for (const actor of subject.actors) {
    const agent = await principals.agent(actor)
    // Whoever acts and is no agent of ours could be a person.
    all.add(agent === undefined ? actor : agent.owner)
  }
  return { all: [...all], self }
}

/** Whether the person in front of the client is known to be the user, and nobody else acts. */
export function isPerson({ kind, via, actors }: Subject): boolean {
  return kind === 'user' && via === 'login' && actors.length === 0
}
