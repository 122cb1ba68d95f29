import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'

// Linux: `__O_TMPFILE | O_DIRECTORY`, a file that never has a name. Node has no constant for it.
const NAMELESS = 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR
// In memory first, for what is written may be secret and is not to reach a disk.
const FOLDERS = ['/dev/shm', tmpdir()]

/**
 * The descriptors that a launch hands down: numbers here, and the numbers that the started process knows
 * them by, which count up from `first`.
 */
export class Descriptors {
  readonly #first: number
  readonly #own: number[] = []

  constructor(first: number) {
    this.#first = first
  }

  /** Takes over an open descriptor; returns its number in the started process. */
  add(own: number): number {
    this.#own.push(own)
    return this.#first + this.#own.length - 1
  }

  /** A file in memory that holds this, without a name that anybody else could open. */
  data(content: string | Uint8Array): number {
    const own = openNameless()
    const at = this.add(own)
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    // At a position, so that the shared offset stays where a reader begins.
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(own, bytes, done, bytes.length - done, done)
    }
    return at
  }

  /** As they go into `stdio`, in order. */
  get own(): readonly number[] {
    return this.#own
  }

  /** Closes this process's ends. */
  close(): void {
    for (const own of this.#own.splice(0)) closeSync(own)
  }
}

function openNameless(): number {
  let failure: unknown
  for (const folder of FOLDERS) {
    try {
      return openSync(folder, NAMELESS, 0o600)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
