import { tool } from '../attacks/recording-upstream.ts'

/** Tools of which each needs other people, and by which annotations. */
const ASKED = {
  /** Whoever calls, and whoever answers for a calling agent, is named, but never as `self`. */
  pay: '@approvers("user:bo user:ann user:olga")',
  /** The caller alone, in their client. */
  mine: '@approvers("self") @assurance("client")',
  key: '@approvers("user:bo user:cy") @assurance("passkey")',
  both: '@approvers("user:bo user:cy") @quorum("2")',
  like: '@approvers("user:bo") @pattern("30m")',
  like_too: '@approvers("user:bo") @pattern("30m")',
  /** Its server asks back. */
  talk: '@approvers("user:bo")',
  /** Its definition changes. */
  drift: '@approvers("user:bo") @maxAge("1m")',
  rude: '@approvers("user:bo")',
} as const

export type Asked = keyof typeof ASKED

const ANY = { description: 'anything' }

/** What the server lists: every tool takes the same arguments, and any more. */
export const TOOLS = Object.keys(ASKED).map((name) => ({
  ...tool(name, { path: ANY, note: ANY, amount: ANY }, []),
  name,
}))

export const POLICIES = [
  '@id("all") permit (principal, action, resource);',
  ...Object.entries(ASKED).map(
    ([name, who]) => `
@id("ask-${name.replace('_', '-')}") @reason("it is ${name}") @liftedBy("approval") ${who}
forbid (principal, action == Action::"call", resource == Tool::"target:${name}")
unless { context.approval.granted };`,
  ),
].join('\n')

/** A policy more: it changes nothing for these calls, and still is another set of policies. */
export const ONE_MORE = (id: string): string =>
  `@id("${id}") forbid (principal, action == Action::"call", resource == Tool::"target:${id}");`
