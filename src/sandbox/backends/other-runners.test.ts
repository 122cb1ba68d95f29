import { expect, test } from 'vitest'
import type { SandboxBackend } from '../../kernel/sandbox.ts'
import { createSandbox } from '../sandbox.ts'
import { bareProfile } from '../testing/profile.ts'

const watch = { denied: () => {}, used: () => {} }
const launch = (backend: SandboxBackend) => ({
  ...{ server: 'mail', profile: bareProfile({ backend }), command: ['/bin/true'], env: {} },
  cwd: undefined,
})
const refusedBy = (options = {}) => {
  const sandbox = createSandbox({ watch, ...options })
  return (backend: SandboxBackend) =>
    sandbox.launch(launch(backend)).then(
      () => 'started',
      (error: { readonly data?: { readonly reason?: string } }) => error.data?.reason,
    )
}

test('a backend that is not there starts nothing, and nothing takes its place', async () => {
  const missing = process.platform === 'darwin' ? [] : ['seatbelt' as const]
  for (const backend of ['container', 'kubernetes', 'none', ...missing] as const) {
    expect(await refusedBy()(backend)).toBe('backend_unavailable')
  }
})

test('a server without an image runs in no container, whatever engine there is', async () => {
  const engine = { env: {}, image: () => undefined, engines: ['/bin/true'] }
  expect(await refusedBy({ engine })('container')).toBe('backend_unavailable')
  const pulled = { env: {}, image: () => 'node:latest', engines: ['/bin/true'] }
  expect(await refusedBy({ engine: pulled })('container')).toBe('backend_unavailable')
})
