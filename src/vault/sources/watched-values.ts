import type { CredentialAbout } from '../../kernel/credential.ts'
import type { ValueWatch } from '../../kernel/value-watch.ts'

/** How many values are watched at most; those that were read longest ago go first. */
const MOST = 8_192

/** Has values watched that were read. One that was changed is watched on, as it may still turn up. */
export function watchedValues(
  watch: Pick<ValueWatch<CredentialAbout>, 'add'>,
): (value: string, about: CredentialAbout) => void {
  const watched = new Map<string, () => void>()
  return (value, about) => {
    const id = `${about.server} ${about.owner}\n${value}`
    const end = watched.get(id) ?? watch.add(value, about)
    watched.delete(id)
    watched.set(id, end)
    const [oldest] = watched
    if (watched.size <= MOST || oldest === undefined) return
    watched.delete(oldest[0])
    oldest[1]()
  }
}
