import { named, type PostureCheck } from './item.ts'

const SOME = 3

/** Servers that could not be reached several times in a row. */
export const failingServers: PostureCheck = ({ servers }) => {
  const failing = servers.filter(({ failures }) => failures >= SOME).map(({ name }) => name)
  if (failing.length === 0) return undefined
  return {
    id: 'failing-servers',
    severity: 'warning',
    title: 'servers that cannot be reached',
    detail: named(failing),
    count: failing.length,
    fix: { label: 'look at the servers', page: '/servers', command: 'bailiwick doctor' },
  }
}
