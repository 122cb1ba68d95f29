/** A grant is no good any more, and no time makes it better: the person has to connect again. */
export class LostGrant extends Error {
  override readonly name = 'LostGrant'
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}
