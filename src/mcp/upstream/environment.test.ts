import { expect, test } from 'vitest'
import { type ErrorCode, GatewayError } from '../../kernel/errors.ts'
import type { LaunchServer } from './launch.ts'
import type { LinkOptions } from './link.ts'
import { createLinkOpener } from './open-link.ts'
import { createLinkPool } from './pool.ts'
import { FACE } from './testing/kit.ts'

const OPTIONS: LinkOptions = {
  server: 'files',
  transport: { kind: 'stdio', command: 'x', args: [], env: { A: '1', B: '1' }, cwd: undefined },
  revision: 'legacy',
  face: FACE,
  listener: { onNotification: () => {}, onRequest: () => Promise.reject(new Error('asked')) },
  timeout: 1_000,
  maxMessage: 1_000,
}

/** Takes note of the environment with which a process would start, and starts none. */
function watching() {
  const given: unknown[] = []
  const launch: LaunchServer = async ({ env }) => {
    given.push(env)
    throw new GatewayError('upstream_unreachable', 'no')
  }
  return { given, opener: createLinkOpener({ baseEnv: {}, launch }) }
}

test('a process gets the credentials of whom it serves, above what all get', async () => {
  const { given, opener } = watching()
  const environment = async () => ({ B: 'of ann', C: 'of ann' })
  await expect(opener.openLink({ ...OPTIONS, environment })).rejects.toThrow()
  await expect(opener.openLink(OPTIONS)).rejects.toThrow()
  expect(given).toEqual([
    { A: '1', B: 'of ann', C: 'of ann' },
    { A: '1', B: '1' },
  ])
})

test.each<ErrorCode>(['connection_required', 'credential_unavailable'])(
  'nothing starts without them, and it may be tried again at once: %s',
  async (code) => {
    const { given, opener } = watching()
    let asked = 0
    const pool = createLinkPool({
      openLink: opener.openLink,
      maxLinks: 4,
      idleMs: 60_000,
      backOff: { first: 60_000, longest: 60_000 },
      clock: Date.now,
      random: () => 0.5,
    })
    const environment = async (): Promise<never> => {
      asked += 1
      throw new GatewayError(code, 'no')
    }
    for (const _ of [1, 2, 3])
      await expect(pool.borrow('k', { ...OPTIONS, environment })).rejects.toMatchObject({ code })
    await pool.closeAll()
    expect([asked, given]).toEqual([3, []])
  },
)
