import type { FileSystem } from '../ports.ts'

/** What a machine that stopped throws: nothing works after it. */
export class Stopped extends Error {}

/**
 * A file system that stops at the step with this number, counted from 0 over the steps that change
 * something: from then on every call throws. `half` writes half of a file at that step.
 */
export function stopping(
  files: FileSystem,
  at: number,
  stop: () => never = () => {
    throw new Stopped('stopped')
  },
): FileSystem & { readonly steps: () => number } {
  let steps = 0
  const alive = (): void => {
    if (steps > at) stop()
  }
  const step = <A extends readonly unknown[]>(act: (...given: A) => void, half = act) => {
    return (...given: A): void => {
      alive()
      steps += 1
      if (steps <= at) act(...given)
      else {
        half(...given)
        stop()
      }
    }
  }
  const nothing = (): void => undefined
  return {
    steps: () => steps,
    read: (path, most) => {
      alive()
      return files.read(path, most)
    },
    list: (path) => {
      alive()
      return files.list(path)
    },
    create: step(files.create, (path, file) =>
      files.create(path, { ...file, bytes: file.bytes.slice(0, file.bytes.length / 2) }),
    ),
    rename: step(files.rename, nothing),
    remove: step(files.remove, nothing),
    syncFolder: step(files.syncFolder, nothing),
    makeFolder: step(files.makeFolder, nothing),
  }
}
