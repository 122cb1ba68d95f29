import type { Subject } from '../../../kernel/subject.ts'
import type { TokenPlace } from '../parts.ts'

/** A token that is asked for. */
export interface Wanted {
  readonly place: TokenPlace
  /** Who calls; absent where nobody does just now. */
  readonly subject: Subject | undefined
  /** The version of the row whose token the server refused. */
  readonly rejected?: number
}
