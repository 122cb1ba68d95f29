import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Notification, Request, Response } from '../message.ts'
import type { ServerTransport } from './link.ts'
import { alive, callTool, openTestLink, outbound, until } from './testing/kit.ts'

const SCRIPT = new URL('./testing/stdio-script.ts', import.meta.url).pathname
const LEGACY = { revision: 'legacy' } as const

function script(mode = 'honest', more: Partial<ServerTransport> = {}): ServerTransport {
  const args = [SCRIPT, mode]
  const base = { kind: 'stdio', command: process.execPath, args, env: {}, cwd: undefined }
  return { ...base, ...more } as ServerTransport
}

function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(response.error.message)
  return response.result
}

describe('the era of a child', () => {
  test.each(['honest', 'dies-when-probed'])('is legacy when it %s', async (mode) => {
    const { link } = await openTestLink(script(mode))
    expect(link.era).toBe('legacy')
    expect(link.claims.serverInfo['name']).toBe(mode)
  })

  test('is legacy when the probe is met with silence', async () => {
    const { link } = await openTestLink(script('silent-before-initialize'), { timeout: 3_000 })
    expect(link.era).toBe('legacy')
  })

  test.each([
    ['that dies', script('dies')],
    ['that does not exist', script('x', { command: '/no/such/program' })],
    ['in a folder that does not exist', script('x', { cwd: '/no/such/folder' })],
    ['with an argument that cannot be passed', script('x', { args: ['a\0b'] })],
  ])('cannot be learnt from a command %s', async (_name, transport) => {
    const opening = openTestLink(transport)
    await expect(opening).rejects.toMatchObject({
      code: 'upstream_unreachable',
      message: 'server `under-test` cannot be reached',
    })
  })
})

describe('a child', () => {
  test('gets its own environment, folder and arguments, and nothing of ours', async () => {
    process.env['BAILIWICK_TEST_SECRET'] = 'not for children'
    const { link } = await openTestLink(
      script('$HOME; `id`', { env: { TOKEN: 't' }, cwd: '/' }),
      LEGACY,
    )
    const { env, cwd } = resultOf(await callTool(link, 'echo'))
    const names = Object.keys(env as object).filter((name) => !name.startsWith('__CF'))
    expect(names.sort()).toEqual(['PATH', 'TOKEN'])
    expect(cwd).toBe('/')
    expect(link.claims.serverInfo['name']).toBe('$HOME; `id`')
  })

  test('that dies fails what is under way, with its last words for the log only', async () => {
    const { link, heard } = await openTestLink(script(), LEGACY)
    const held = callTool(link, 'hold')
    const lost = expect(held).rejects.toMatchObject({ code: 'upstream_failed' })
    const crash = callTool(link, 'crash')
    await expect(crash).rejects.toMatchObject({
      code: 'upstream_failed',
      message: 'server `under-test` failed before it answered',
      detail: 'the process ended with status 3\nabout to crash',
    })
    await lost
    await link.closed
    expect(heard.stderr).toContain('about to crash')
    await expect(callTool(link, 'echo')).rejects.toMatchObject({ code: 'upstream_failed' })
  })

  test('that answers and exits has answered', async () => {
    const { link } = await openTestLink(script(), LEGACY)
    expect(resultOf(await callTool(link, 'lastWords'))).toEqual({ last: true })
    await link.closed
  })

  test('is shared by many callers with the same ids', async () => {
    const { link } = await openTestLink(script(), LEGACY)
    const asked = (name: string) => {
      const made = outbound(link, 'tools/call', { name })
      return link.request({ ...made, request: { ...made.request, id: 1 } })
    }
    const waiting = [asked('hold'), asked('hold'), asked('hold')]
    const last = await asked('letGo')
    const answers = [...(await Promise.all(waiting)), last]
    expect(answers.map(({ id }) => id)).toEqual([1, 1, 1, 1])
    expect(new Set(answers.map((answer) => resultOf(answer)['id'])).size).toBe(4)
  })

  test('that writes log lines to its output is understood', async () => {
    const { link } = await openTestLink(script(), LEGACY)
    expect(await callTool(link, 'chatter')).toMatchObject({ kind: 'result' })
  })

  test.each([
    ['garbage', 'upstream_malformed'],
    ['notUtf8', 'upstream_malformed'],
    ['tooLong', 'upstream_too_large'],
    ['tooLongFirst', 'upstream_too_large'],
    ['flood', 'upstream_timeout'],
  ])('that answers with %s fails that call: %s', async (crime, code) => {
    const { link } = await openTestLink(script(), { ...LEGACY, maxMessage: 100_000 })
    const before = process.memoryUsage().rss
    const timeout = code === 'upstream_timeout' ? 500 : 10_000
    await expect(callTool(link, crime, {}, { timeout })).rejects.toMatchObject({ code })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    if (crime !== 'flood') expect(await callTool(link, 'echo')).toMatchObject({ kind: 'result' })
  })

  test.each(['tooLong', 'tooLongFirst'])(
    'whose answer is %s among others fails only that call',
    async (crime) => {
      const { link } = await openTestLink(script(), { ...LEGACY, maxMessage: 100_000 })
      const held = callTool(link, 'hold')
      await expect(callTool(link, crime)).rejects.toMatchObject({ code: 'upstream_too_large' })
      await callTool(link, 'letGo')
      expect(await held).toMatchObject({ kind: 'result' })
    },
  )

  test('is heard only under ids that are in flight, and once', async () => {
    const { link } = await openTestLink(script(), LEGACY)
    expect(resultOf(await callTool(link, 'wrongId'))).toEqual({ right: true })
    expect(await callTool(link, 'noId')).toMatchObject({ kind: 'error', error: { code: -32700 } })
  })

  test('that names no request means the only one in flight', async () => {
    const { link, heard } = await openTestLink(script(), LEGACY)
    const got: Notification[] = []
    const asked: Request[] = []
    const overrides = {
      onNotification: (notification: Notification) => got.push(notification),
      onRequest: async (request: Request): Promise<Response> => {
        asked.push(request)
        return { kind: 'result', id: 0, result: {} }
      },
    }
    await callTool(link, 'inform', {}, overrides)
    expect(got.map(({ method }) => method)).toEqual(['notifications/message'])
    expect(asked.map(({ id }) => id)).toEqual(['ask'])
    expect(heard.notifications.map(({ method }) => method)).toEqual([
      'notifications/tools/list_changed',
    ])
    const held = callTool(link, 'hold')
    await callTool(link, 'inform')
    expect(heard.notifications.map(({ method }) => method)).toContain('notifications/message')
    expect(heard.requests.map(({ id }) => id)).toEqual(['ask'])
    await callTool(link, 'letGo')
    await held
  })

  test('is told when a caller gives up, by the id that it knows', async () => {
    const { link, heard } = await openTestLink(script(), LEGACY)
    const controller = new AbortController()
    const held = callTool(link, 'hold', {}, { signal: controller.signal })
    controller.abort()
    await expect(held).rejects.toMatchObject({ code: 'cancelled' })
    await expect(callTool(link, 'hold', {}, { timeout: 20 })).rejects.toMatchObject({
      code: 'upstream_timeout',
    })
    await until(() => heard.stderr.length === 2)
    expect(heard.stderr).toEqual(['cancelled 2', 'cancelled 3'])
  })
})

describe('no child outlives its link', () => {
  test.each(['honest', 'stubborn'])('%s', async (mode) => {
    const { link } = await openTestLink(script(mode), LEGACY)
    const { pid, child } = resultOf(await callTool(link, 'fork'))
    expect([alive(Number(pid)), alive(Number(child))]).toEqual([true, true])
    await link.close()
    await link.closed
    await until(() => !alive(Number(pid)) && !alive(Number(child)))
  })

  test('nor does what a child that crashed has started', async () => {
    const { link } = await openTestLink(script(), LEGACY)
    const { child } = resultOf(await callTool(link, 'fork'))
    await expect(callTool(link, 'crash')).rejects.toMatchObject({ code: 'upstream_failed' })
    await until(() => !alive(Number(child)))
  })

  test('nor a link that could not be opened', async () => {
    const listener = process.listenerCount('exit')
    await expect(openTestLink(script('honest'), { revision: '2026-07-28' })).rejects.toThrow()
    expect(process.listenerCount('exit')).toBe(listener)
  })

  test('nor this process', async () => {
    const program = `
      import { openAndExit } from '${new URL('./testing/exits.ts', import.meta.url).href}'
      await openAndExit('${SCRIPT}')
    `
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [chunk] = await once(parent.stdout, 'data')
    await once(parent, 'exit')
    const { pid, child } = JSON.parse(String(chunk)) as Record<string, number>
    expect([pid, child]).toEqual([expect.any(Number), expect.any(Number)])
    await until(() => !alive(Number(pid)) && !alive(Number(child)))
  })
})
