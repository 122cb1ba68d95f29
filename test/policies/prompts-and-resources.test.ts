import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { ask } from '../faults/client.ts'
import { startGateway } from '../support/gateway.ts'

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("no-metadata") @reason("not that host") @remedy("another")
forbid (principal, action, resource) when { context.facts.urls.hosts.contains("169.254.169.254") };
@id("no-etc") @reason("not that file") @remedy("another")
forbid (principal, action, resource) when { context.facts.paths.lexical.contains("/etc/passwd") };
`

test('what is asked of prompts and resources is analysed as the arguments of tools are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-prompts-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'policies'))
  writeFileSync(join(folder, 'policies', 'all.cedar'), POLICIES)
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, 'policies/')] },
  )
  onTestFinished(gateway.stop)
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
