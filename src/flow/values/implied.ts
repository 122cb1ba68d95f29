import { addressOf } from './addresses.ts'

/** Folders at most that a path is taken to name. */
const MOST_FOLDERS = 16

/**
 * What somebody names who names a value: the value itself, the folders that a path is in, the host of a URL.
 */
export function impliedBy(value: string): readonly string[] {
  const host = hostOf(value)
  return [value, ...foldersOf(value), ...(host === undefined ? [] : [host])]
}

/** The host that a link leads to. */
export function hostOf(value: string): string | undefined {
  const address = addressOf(value.trim())
  return address?.link ? address.host : undefined
}

/** The folders that a path is in, the innermost first; none for what is no absolute path. */
export function foldersOf(value: string): readonly string[] {
  if (!/^(?:~?[/\\]|[A-Za-z]:[/\\])/.test(value)) return []
  const folders: string[] = []
  let at = value.search(/[^/\\](?=[/\\]{0,8}$)/)
  while (at > 0 && folders.length < MOST_FOLDERS) {
    at = Math.max(value.lastIndexOf('/', at), value.lastIndexOf('\\', at))
    if (at > 0) folders.push(value.slice(0, at))
    at -= 1
  }
  return folders
}
