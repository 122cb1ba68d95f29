import { expect, test } from 'vitest'
import { type InboundToken, type UpstreamToken, upstreamToken } from './credential.ts'

test('what a client showed us does not become what we show', () => {
  const mine: UpstreamToken = upstreamToken('a secret of ours')
  expect(mine).toBe('a secret of ours')
  const shown = 'a token of a client' as InboundToken
  // @ts-expect-error: the two kinds do not mix.
  const given: UpstreamToken = shown
  // @ts-expect-error: nor is one made of the other.
  expect(upstreamToken(shown)).toBe(given)
})
