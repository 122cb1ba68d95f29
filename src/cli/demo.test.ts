import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createPlace, ended } from './testing/command-line.ts'

// Each starts a gateway that proves its sandbox first, and three servers in it.
vi.setConfig({ testTimeout: 90_000 })

test('the demo shows the honest task done, and the attack stopped, with its records', async () => {
  const { code, stdout } = await createPlace().run(['demo', '--json'])
  const { ok, lines } = JSON.parse(stdout)
  expect({ code, ok }).toEqual({ code: 0, ok: true })
  expect(lines.join('\n')).toMatch(
    /denied by messages-stay-inside; records \d+ denied [0-9a-f]{12}/,
  )
})

test('without a configuration there is the playground', async () => {
  const place = createPlace()
  const config = ['--port', '0', '--data-dir', 'data', '--json']
  const child = place.start(['up', ...config])
  const end = ended(child)
  const first = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)))
    void end.then(({ stderr }) => resolve(JSON.stringify({ stderr })))
  })
  child.kill('SIGTERM')
  const sandbox = expect.stringMatching(/^sandboxed by bwrap(?:; soft: [a-z, ]+)?$/)
  expect(JSON.parse(first)).toMatchObject({
    file: null,
    servers: expect.arrayContaining([
      { name: 'files', tools: expect.any(Number), error: null, sandbox, fix: null },
      { name: 'inbox', tools: 2, error: null, sandbox, fix: null },
      { name: 'outbox', tools: 1, error: null, sandbox, fix: null },
    ]),
  })
  expect(await end).toMatchObject({ code: 0 })
  expect(existsSync(join(place.root, 'data', 'servers', 'files', 'workspace'))).toBe(true)
})
