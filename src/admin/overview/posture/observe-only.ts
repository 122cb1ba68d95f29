import { named, type PostureCheck } from './item.ts'

/** Servers for which policies are only observed. */
export const observeOnly: PostureCheck = ({ servers }) => {
  const observed = servers.filter(({ mode }) => mode === 'observe').map(({ name }) => name)
  if (observed.length === 0) return undefined
  return {
    id: 'observe-only',
    severity: 'warning',
    title: 'servers for which nothing is enforced',
    detail: `policies only watch the calls of ${named(observed)}`,
    count: observed.length,
    fix: { label: 'enforce: `mode: enforce`', page: '/servers' },
  }
}
