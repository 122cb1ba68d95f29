import { named, type PostureCheck } from './item.ts'

/** Tools that do more than read, as far as anybody guessed from their names. */
export const unclassifiedTools: PostureCheck = ({ servers }) => {
  const guessed = servers.flatMap(({ name: server, tools }) =>
    tools
      .filter(
        ({ source, effects }) => source === 'inferred' && effects.some((one) => one !== 'read'),
      )
      .map(({ name }) => `${server}:${name}`),
  )
  if (guessed.length === 0) return undefined
  return {
    id: 'unclassified-tools',
    severity: 'warning',
    title: 'tools with effects that nobody has stated',
    detail: `what ${named(guessed)} may do is a guess from name and schema`,
    count: guessed.length,
    fix: { label: 'say what they do', page: '/servers' },
  }
}
