import type { Exit } from './exit-codes.ts'

/** A command that cannot go on: what is wrong, and what to do about it. Shown as it is. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exit: Exit
  readonly fix: string | undefined

  constructor(
    message: string,
    options: { readonly exit: Exit; readonly fix?: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.exit = options.exit
    this.fix = options.fix
  }
}
