import type { Assurance, Lift } from '../../kernel/access.ts'
import { durationText } from '../lift.ts'

const HOW: Readonly<Record<Assurance, string>> = {
  client: ', in the dialog of the client too',
  session: '',
  passkey: ', with a passkey',
}

/** Who lifts a denial, and how, in a line. */
export function liftText(lift: Omit<Lift, 'by'>): string {
  const { approvers, assurance, each, maxAge, pattern, quorum } = lift
  const names = approvers.map((name) => `\`${name}\``).join(', ')
  const who = each ? `one for each of ${names}: ${quorum} people` : `${quorum} of ${names}`
  const together =
    pattern === 0 ? '' : `; calls like it together for ${durationText(pattern)} at most`
  return `${who} may approve it${HOW[assurance]}, for ${durationText(maxAge)}${together}`
}
