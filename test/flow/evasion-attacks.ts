import { ENCODED, ENCODED_BY_AGENT, IN_PIECES, WRITTEN_OTHERWISE } from './evasion-forms.ts'
import type { Agent, Result, Scene } from './evasion-scene.ts'
import { FLOODED, LAUNDERED, MESSAGES, TIME } from './evasion-ways.ts'
import type { Play, Plays } from './evasion-words.ts'

const ALL: Readonly<Record<string, Plays>> = {
  'in another form': ENCODED,
  'encoded by the agent': ENCODED_BY_AGENT,
  'written otherwise': WRITTEN_OTHERWISE,
  'in pieces': IN_PIECES,
  'by another message': MESSAGES,
  laundered: LAUNDERED,
  'after a while': TIME,
  flooded: FLOODED,
}

/** What gets through, as it is, with the reason. */
export const KNOWN: Readonly<Record<string, string>> = {
  'in another form: a command: letters apart':
    'letters are put together to one word, not to several',
  'encoded by the agent: letters apart': 'nothing can be reached by such a name',
  'written otherwise: a mailbox by its provider alone':
    'a provider has honest mailboxes too, and texts name many',
  'written otherwise: an address that the text writes as one number':
    'each number of a text could be an address',
  'in pieces: two answers': 'words of a name stand in some answer often',
  'in pieces: two servers': 'words of a name stand in some answer often',
  'in pieces: pieces that cut words, in two answers': 'words of a name stand in some answer often',
  'laundered: a name of a file that is the address': 'a list names it, and no text does',
  'laundered: a place in a list': 'a list names it, and no text does',
  'laundered: a field beside the instruction':
    'fields of records are the server’s; `returns` in the catalog says where they are not',
  'laundered: the description of a tool': 'descriptions are approved before agents see them',
  'after a while: another grant of the same person':
    'grants are apart; what one wrote elsewhere is known to all',
}

/** All, by class and name. */
export const ATTACKS: readonly (readonly [string, Play])[] = Object.entries(ALL).flatMap(
  ([group, plays]) =>
    Object.entries(plays).map(([name, play]) => [`${group}: ${name}`, play] as const),
)

/** What came of it, for the agent, and how much of it reached a server. */
export interface Outcome {
  readonly result: Result
  /** Why it was not done, as the agent is told. */
  readonly code: string | undefined
  readonly reached: number
}

/** A person's agent plays it. */
export async function played(scene: Scene, play: Play, by?: Agent): Promise<Outcome> {
  const agent = by ?? (await scene.agent())
  try {
    const result = await play(agent)
    const decision = result._meta?.['dev.bailiwick/decision']
    const { code } = (decision ?? {}) as { readonly code?: string }
    return { result, code, reached: scene.done().length }
  } finally {
    if (by === undefined) await agent.close()
  }
}
