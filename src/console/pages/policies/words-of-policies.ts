import type { Output } from '../../api/call.ts'

export type Policy = Output<'policies.list'>['policies'][number]
type Lift = NonNullable<Policy['lift']>

const LEAST: Readonly<Record<Lift['assurance'], string>> = {
  client: 'a dialog of the client is enough',
  session: 'signed in here',
  passkey: 'signed with a passkey',
}

/** What a policy does to what fits it. */
export function effectOf({ effect, lift }: Pick<Policy, 'effect' | 'lift'>): string {
  return effect === 'forbid' && lift !== undefined ? 'ask' : effect
}

/** Who may lift a denial, in a few words: `2 of self, group:owners`. */
export function liftedBy({ approvers, quorum, each }: Lift): string {
  const who = approvers.join(', ')
  if (each) return `each of ${who}`
  return quorum > 1 ? `${quorum} of ${who}` : who
}

/** What is known of who lifts it. */
export function assuranceOf({ assurance }: Lift): string {
  return LEAST[assurance]
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** Milliseconds in the largest unit that leaves no rest. */
export function durationOf(milliseconds: number): string {
  for (const [size, unit] of UNITS)
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size} ${unit}`
  return `${milliseconds} ms`
}
