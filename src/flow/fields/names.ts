import { escapeStep } from '../../kernel/json-pointer.ts'

/** By convention, what members of these names hold is written by people, for people. */
const FREE = new Set(
  `abstract about alt announcement answer bio biography blurb body caption comment content description detail
  details error excerpt explanation feedback greeting headline hint html instruction instructions introduction
  journal log markdown md memo message msg note notes notice output overview paragraph plaintext post prompt
  prose purpose question quote reason remark remarks reply review snippet stderr stdout story subject summary
  tagline text title topic transcript tweet warning`.split(/\s+/),
)
const WORDS = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g
/** As programs name members; all else that names a member is data. */
const PROGRAM_NAME = /^[A-Za-z_$@][A-Za-z0-9_$-]{0,39}$/

/** What the name of a member tells. */
export interface NameFacts {
  /** With the `/` before it. */
  readonly step: string
  /** What it holds is free text, however short. */
  readonly isFree: boolean
  /** It says something itself, such as in a mapping of persons to addresses. */
  readonly isData: boolean
}

/** Reads the name of a member. */
export function nameFacts(name: string): NameFacts {
  return {
    step: `/${escapeStep(name)}`,
    isFree: name.length <= 80 && isFree(name),
    isData: !PROGRAM_NAME.test(name),
  }
}

function isFree(name: string): boolean {
  const last = name.match(WORDS)?.at(-1)?.toLowerCase()
  if (last === undefined) return false
  return FREE.has(last) || (last.endsWith('s') && FREE.has(last.slice(0, -1)))
}
