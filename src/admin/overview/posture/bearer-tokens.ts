import type { PostureCheck } from './item.ts'

/** Tokens that work in anybody's hands. */
export const bearerTokens: PostureCheck = ({ bearer }) => {
  if (bearer !== 'allowed') return undefined
  return {
    id: 'bearer-tokens',
    severity: 'info',
    title: 'agents may use tokens that are bound to no key',
    detail: 'a token that leaks from a log or an environment works for whoever finds it',
    fix: {
      label: 'set `identity.bearer` to `users` or `never`',
      page: '/settings/configuration?q=identity.bearer',
    },
  }
}
