import { createServer as httpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { ClearTextWatch } from '../../kernel/sandbox.ts'
import { connected, exchanged, host, opened, rule } from './testing/opened.ts'

const DECOY = 'decoy-7f3a9c'
const watch: ClearTextWatch = (server, text) => {
  if (server !== 'notes') return undefined
  if (text.includes(DECOY)) return 'canary'
  return text.includes('AKIASECRET') ? 'secret' : undefined
}

/** What a site in plain HTTP got to see, in bytes. */
async function site() {
  let heard = ''
  const server = httpServer((request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  server.on('connection', (socket: Socket) => {
    socket.on('data', (bytes) => {
      heard += bytes
    })
  })
  const port = await host(server)
  const rules = [
    rule('allowed.test', port, { proto: 'http' }),
    rule('*.suffix.test', port, { proto: 'http' }),
  ]
  const open = await opened(rules, { clearText: watch })
  const send = (path: string, headers: string, body = '', name = 'allowed.test') =>
    exchanged(
      open.proxyPort,
      `POST http://${name}:${port}${path} HTTP/1.1\r\nHost: ${name}:${port}\r\n` +
        `${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
    )
  return { ...open, port, send, heard: () => heard }
}

describe('a request in clear text', () => {
  test.each([
    ['its path', `/?q=${DECOY}`, '', '', 'canary-in-clear'],
    ['its path, encoded', '/?q=decoy%2d7f3a9c', '', '', 'canary-in-clear'],
    ['a header', '/', `X-Note: ${DECOY}\r\n`, '', 'canary-in-clear'],
    ['its body', '/', '', `before ${DECOY} after`, 'canary-in-clear'],
    ['its body, a secret', '/', '', 'key=AKIASECRET', 'secret-in-clear'],
  ])(
    'does not leave with a decoy or a secret in %s',
    async (_what, path, headers, body, reason) => {
      const open = await site()
      const answer = await open.send(path, headers, body)
      expect(answer).toMatch(/^HTTP\/1\.1 403 /)
      expect(answer).not.toContain(DECOY)
      expect(open.heard()).toBe('')
      expect(open.denials).toEqual([
        {
          server: 'notes',
          layer: 'net',
          op: 'request',
          target: `allowed.test:${open.port}`,
          reason,
        },
      ])
    },
  )

  test('leaves without', async () => {
    const open = await site()
    expect(await open.send('/fine?q=1', '', 'nothing in it')).toMatch(/^HTTP\/1\.1 200 /)
    expect(open.denials).toEqual([])
  })

  test('does not leave with one in the name of its host, which is not told either', async () => {
    const open = await site()
    const answer = await open.send('/', '', '', `${DECOY}.suffix.test`)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(JSON.stringify(open.denials) + answer).not.toContain(DECOY)
    expect(open.denials).toMatchObject([
      { target: `(withheld).suffix.test:${open.port}`, reason: 'canary-in-clear' },
    ])
  })

  test('does not even make its name looked up, whatever is to be spoken then', async () => {
    const asked: string[] = []
    const resolve = async (name: string): Promise<readonly string[]> => {
      asked.push(name)
      return ['127.0.0.1']
    }
    const open = await opened([rule('*.suffix.test', 443)], { clearText: watch, resolve })
    const answer = await connected(open.proxyPort, `${DECOY}.suffix.test:443`)
    expect(answer).toContain('canary-in-clear')
    expect(asked).toEqual([])
  })

  test('is broken off where a decoy comes late, across two pieces', async () => {
    const open = await site()
    const filler = 'x'.repeat(200_000)
    await open.send('/', '', `${filler}${DECOY}${filler}`)
    expect(open.heard()).not.toContain(DECOY)
    expect(open.denials).toMatchObject([{ reason: 'canary-in-clear' }])
  })
})

test('any other clear text is looked at on its way, over what it is cut into', async () => {
  let heard = ''
  const port = await host(
    createServer((socket) => {
      socket.on('data', (bytes) => {
        heard += bytes
      })
    }),
  )
  const open = await opened([rule('allowed.test', port, { proto: 'tcp' })], { clearText: watch })
  const socket = (await connected(open.proxyPort, `allowed.test:${port}`)) as Socket
  socket.write('hello ')
  await expect.poll(() => heard).toBe('hello ')
  socket.write(DECOY.slice(0, 6))
  await expect.poll(() => heard).toBe('hello decoy-')
  socket.resume()
  socket.write(DECOY.slice(6))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(heard).toBe('hello decoy-')
  expect(open.denials).toMatchObject([{ op: 'connect', reason: 'canary-in-clear' }])
})
