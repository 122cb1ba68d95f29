import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** A link must not lead us away, and a pipe in the place of a file must not make us wait. */
export const PLAINLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** The text of a file of at most `longest` bytes; undefined for a link, a pipe, a larger one, or none. */
export function readPlain(path: string, longest: number): string | undefined {
  let fd: number
  try {
    fd = openSync(path, PLAINLY)
  } catch {
    return undefined
  }
  try {
    const { size } = fstatSync(fd)
    if (!fstatSync(fd).isFile() || size > longest) return undefined
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}
