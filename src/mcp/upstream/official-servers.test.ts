import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { describe, expect, test } from 'vitest'
import type { Notification, Request, Response } from '../message.ts'
import type { ServerTransport } from './link.ts'
import { subscriptionOf } from './renumber.ts'
import {
  callTool,
  EVERYTHING,
  FILESYSTEM,
  openTestLink,
  outbound,
  runServer,
  serve,
  textOf,
  until,
} from './testing/kit.ts'
import { sdkServer } from './testing/sdk-server.ts'

const SDK_STDIO = new URL('./testing/sdk-stdio.ts', import.meta.url).pathname

function stdio(args: readonly string[]): ServerTransport {
  return { kind: 'stdio', command: process.execPath, args, env: {}, cwd: undefined }
}

async function everything(kind: 'stdio' | 'http' | 'sse'): Promise<ServerTransport> {
  if (kind === 'stdio') return stdio([EVERYTHING, 'stdio'])
  const mode = kind === 'http' ? 'streamableHttp' : 'sse'
  const { port } = await runServer([EVERYTHING, mode])
  const path = kind === 'http' ? 'mcp' : 'sse'
  return { kind, url: `http://127.0.0.1:${port}/${path}`, headers: {} }
}

async function sdkModern(kind: 'stdio' | 'http'): Promise<ServerTransport> {
  if (kind === 'stdio') return stdio([SDK_STDIO, 'modern-only'])
  const seen = { cancelled: 0 }
  const handler = createMcpHandler(() => sdkServer(seen), { legacy: 'reject' })
  const { url } = await serve(toNodeHandler(handler) as RequestListener)
  return { kind, url, headers: {} }
}

const numbers = (notifications: readonly Notification[]) =>
  notifications.map(({ params }) => params?.['progress'])

describe.each(['stdio', 'http', 'sse'] as const)('server-everything over %s', (kind) => {
  test('is found to be legacy, lists and calls', async () => {
    const { link } = await openTestLink(await everything(kind))
    expect(link.era).toBe('legacy')
    expect(link.claims.revision).toBe('2025-11-25')
    expect(link.claims.serverInfo['name']).toBe('mcp-servers/everything')
    expect(link.claims.instructions).toContain('Everything')
    const listed = await link.request(outbound(link, 'tools/list'))
    expect(listed).toMatchObject({ kind: 'result', id: expect.stringMatching(/^call-/) })
    expect(JSON.stringify(listed)).toContain('trigger-elicitation-request')
    expect(textOf(await callTool(link, 'echo', { message: 'Grüße' }))).toBe('Echo: Grüße')
  })

  test('an error of the server is an answer', async () => {
    const { link } = await openTestLink(await everything(kind), { revision: 'legacy' })
    const answer = await link.request(outbound(link, 'no/such/method'))
    expect(answer).toMatchObject({ kind: 'error', error: { code: -32601 } })
  })

  test('progress finds its own request, under its own token', async () => {
    const { link } = await openTestLink(await everything(kind), { revision: 'legacy' })
    const calls = [2, 3, 4, 5].map(async (steps) => {
      const got: Notification[] = []
      const answer = await callTool(
        link,
        'trigger-long-running-operation',
        { duration: 0.2, steps },
        { meta: { progressToken: 'same' }, onNotification: (n) => got.push(n) },
      )
      expect(textOf(answer)).toContain(`Steps: ${steps}`)
      expect(numbers(got)).toEqual(Array.from({ length: steps }, (_, i) => i + 1))
      expect(got.every(({ params }) => params?.['progressToken'] === 'same')).toBe(true)
    })
    await Promise.all(calls)
  })

  test('cancelling rejects at once and leaves the link usable', async () => {
    const { link } = await openTestLink(await everything(kind), { revision: 'legacy' })
    const controller = new AbortController()
    const slow = callTool(
      link,
      'trigger-long-running-operation',
      { duration: 60, steps: 1 },
      { signal: controller.signal },
    )
    setTimeout(() => controller.abort(), 50)
    await expect(slow).rejects.toMatchObject({
      code: 'cancelled',
      message: 'the request was cancelled',
    })
    expect(textOf(await callTool(link, 'echo', { message: 'on' }))).toBe('Echo: on')
  })

  test('an elicitation goes to the caller of the tool, its answer to the server', async () => {
    const { link, heard } = await openTestLink(await everything(kind), { revision: 'legacy' })
    const asked: Request[] = []
    const onRequest = async (request: Request): Promise<Response> => {
      asked.push(request)
      const content = { name: 'Ada', check: true }
      return { kind: 'result', id: 'of the caller', result: { action: 'accept', content } }
    }
    const answer = await callTool(link, 'trigger-elicitation-request', {}, { onRequest })
    expect(asked.map(({ method }) => method)).toEqual(['elicitation/create'])
    expect(JSON.stringify(answer)).toContain('Ada')
    expect(heard.requests.map(({ method }) => method)).not.toContain('elicitation/create')
  })

  test('what nobody called for goes to the listener', async () => {
    const { heard } = await openTestLink(await everything(kind), { revision: 'legacy' })
    await until(() => heard.requests.some(({ method }) => method === 'roots/list'))
    await until(() => heard.notifications.some(({ method }) => method === 'notifications/message'))
  })
})

test('server-filesystem over stdio reads a file', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bailiwick-link-')))
  await writeFile(join(folder, 'note.txt'), 'a note')
  const { link } = await openTestLink(stdio([FILESYSTEM, folder]))
  expect(link.era).toBe('legacy')
  const answer = await callTool(link, 'read_text_file', { path: join(folder, 'note.txt') })
  expect(textOf(answer)).toBe('a note')
})

describe.each(['stdio', 'http'] as const)('an SDK v2 server, modern, over %s', (kind) => {
  test('is found to be modern and says who it is', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    expect(link.era).toBe('modern')
    expect(link.claims).toMatchObject({
      revision: '2026-07-28',
      serverInfo: { name: 'sdk-server' },
      instructions: 'be exact',
      capabilities: { tools: {} },
    })
    expect(textOf(await callTool(link, 'echo', { message: 'hello' }))).toBe('hello')
  })

  test('answers come under the id of the caller, also for many at once', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    const same = Array.from({ length: 20 }, async (_, i) => {
      const asked = outbound(link, 'tools/call', { name: 'echo', arguments: { message: `${i}` } })
      const answer = await link.request({ ...asked, request: { ...asked.request, id: 7 } })
      expect(answer.id).toBe(7)
      expect(textOf(answer)).toBe(`${i}`)
    })
    await Promise.all(same)
  })

  test('progress finds its own request', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    const calls = [3, 5, 7].map(async (to) => {
      const got: Notification[] = []
      const overrides = {
        meta: { progressToken: 1 },
        onNotification: (n: Notification) => got.push(n),
      }
      expect(textOf(await callTool(link, 'count', { to }, overrides))).toBe(`counted to ${to}`)
      expect(got.map(({ params }) => params?.['total'])).toEqual(got.map(() => to))
      expect(numbers(got)).toEqual(Array.from({ length: to }, (_, i) => i + 1))
    })
    await Promise.all(calls)
  })

  test('logs go to the request that asked for them', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    const got: Notification[] = []
    await callTool(
      link,
      'log',
      { line: 'a line' },
      {
        meta: { 'io.modelcontextprotocol/logLevel': 'debug' },
        onNotification: (n) => got.push(n),
      },
    )
    expect(got).toMatchObject([{ method: 'notifications/message', params: { data: 'a line' } }])
  })

  test('cancelling reaches the tool', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    const controller = new AbortController()
    const waiting = callTool(link, 'wait', {}, { signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    await until(async () => textOf(await callTool(link, 'cancellations')) === '1')
  })

  test('a subscription hears changes under its own id, until it is cancelled', async () => {
    const { link } = await openTestLink(await sdkModern(kind))
    const controller = new AbortController()
    const got: Notification[] = []
    const listening = link.request(
      outbound(
        link,
        'subscriptions/listen',
        { notifications: { toolsListChanged: true } },
        {
          signal: controller.signal,
          timeout: Number.POSITIVE_INFINITY,
          onNotification: (n) => got.push(n),
        },
      ),
    )
    await until(() => got.length === 1)
    expect(got[0]?.method).toBe('notifications/subscriptions/acknowledged')
    const id = subscriptionOf(got[0]?.params)
    expect(id).toMatch(/^call-/)
    if (kind === 'stdio') {
      await callTool(link, 'change')
      await until(() => got.length === 2)
      expect(got[1]).toMatchObject({
        method: 'notifications/tools/list_changed',
        params: { _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
      })
    }
    controller.abort()
    await expect(listening).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('when legacy is asked for, a modern-only server is out of reach', async () => {
    const opening = openTestLink(await sdkModern(kind), { revision: 'legacy' })
    await expect(opening).rejects.toMatchObject({
      code: 'upstream_unreachable',
      message: 'server `under-test` cannot be reached',
    })
  })
})

test('a server of both eras is taken as modern, or as legacy when that is asked for', async () => {
  const dual = stdio([SDK_STDIO])
  const modern = await openTestLink(dual)
  expect(modern.link.era).toBe('modern')
  const legacy = await openTestLink(dual, { revision: '2025-06-18' })
  expect(legacy.link.claims.revision).toBe('2025-06-18')
  expect(textOf(await callTool(legacy.link, 'echo', { message: 'old' }))).toBe('old')
})

test('a legacy server is out of reach when only modern will do', async () => {
  const opening = openTestLink(stdio([EVERYTHING, 'stdio']), { revision: '2026-07-28' })
  await expect(opening).rejects.toMatchObject({ code: 'upstream_malformed' })
})
