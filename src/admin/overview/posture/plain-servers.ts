import { named, type PostureCheck } from './item.ts'

/** Servers on other machines that are reached without TLS: anybody between may be them. */
export const plainServers: PostureCheck = ({ servers }) => {
  const plain = servers.filter((server) => server.plain).map(({ name }) => name)
  if (plain.length === 0) return undefined
  return {
    id: 'plain-servers',
    severity: 'warning',
    title: 'servers that do not prove who they are',
    detail: `${named(plain)}: reached over plain HTTP`,
    count: plain.length,
    fix: { label: 'use `https://` in `url`', page: '/servers' },
  }
}
