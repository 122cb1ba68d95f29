import { expect, test } from 'vitest'
import { ask } from '../faults/client.ts'
import { startUnderPolicies } from '../support/policies.ts'

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("no-metadata") @reason("not that host") @remedy("another")
forbid (principal, action, resource) when { context.facts.urls.hosts.contains("169.254.169.254") };
@id("no-etc") @reason("not that file") @remedy("another")
forbid (principal, action, resource) when { context.facts.paths.lexical.contains("/etc/passwd") };
`

test('what is asked of prompts and resources is analysed as the arguments of tools are', async () => {
  const { gateway, upstream } = await startUnderPolicies({ 'all.cedar': POLICIES })
  const codes = async (method: string, ...params: readonly object[]): Promise<unknown[]> => {
    const answers = params.map((one) => ask(gateway, 'target', method, { ...one }))
    return (await Promise.all(answers)).map(({ code }) => code)
  }

  const prompts = ['https://example.com/', 'http://0xa9fea9fe/latest', 'see /etc/passwd'].map(
    (url) => ({ name: 'fetch', arguments: { note: url } }),
  )
  expect(await codes('prompts/get', ...prompts)).toEqual([
    undefined,
    'policy_denied',
    'policy_denied',
  ])
  const uris = ['memo://public', 'file:///etc/x/../passwd', 'http://169.254.169.254/'].map(
    (uri) => ({
      uri,
    }),
  )
  expect(await codes('resources/read', ...uris)).toEqual([
    undefined,
    'policy_denied',
    'policy_denied',
  ])
  expect(upstream.taken().map(({ method }) => method)).toEqual(['prompts/get', 'resources/read'])
})
