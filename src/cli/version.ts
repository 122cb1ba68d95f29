import { readFileSync } from 'node:fs'

/** The version of this package. */
export function packageVersion(): string {
  // The same distance from `src/cli` and from `dist/cli`.
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return String(version)
}
