/** Why a value does not fit: where it stands (a JSON Pointer; empty for the call), and public words that do not quote it. */
export interface Misfit {
  readonly at: string
  readonly why: string
}
