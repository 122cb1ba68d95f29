import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { staticFiles } from './static-files.ts'

const INDEX = '<!doctype html><title>console</title>'
const SCRIPT = 'console.log("of the console")'
const SECRET = 'outside the folder'

const root = mkdtempSync(join(tmpdir(), 'bailiwick-static-'))
const folder = join(root, 'console')
let server: Server
let host: string
let served: ReturnType<typeof staticFiles>
let none: ReturnType<typeof staticFiles>

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(root, 'secret.txt'), SECRET)
  const script = join(folder, 'assets', 'main-a1B2c3D4.js')
  const files: Readonly<Record<string, string | Uint8Array>> = {
    [join(folder, 'index.html')]: INDEX,
    [join(folder, 'icon.svg')]: '<svg/>',
    [join(folder, 'assets', 'main-a1B2c3D4.js.map')]: '{}',
    [script]: SCRIPT,
    [`${script}.br`]: brotliCompressSync(SCRIPT),
    [`${script}.gz`]: gzipSync(SCRIPT),
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(name, content)
  symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'))
  server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    const handler = path.startsWith('/none') ? none(path) : served(path)
    if (handler === undefined) response.writeHead(418).end('not mine')
    else handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const common = { publicOrigin: `http://${host}`, missing: '<p>not built</p>' }
  served = staticFiles({ ...common, folder, base: '/console/' })
  none = staticFiles({ ...common, folder: join(root, 'none'), base: '/none/' })
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(root, { recursive: true })
})

/** Sends the path as it is: nothing tidies it on the way. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const [hostname, port] = host.split(':')
  return new Promise<{
    readonly status: number | undefined
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
    readonly body: Buffer
  }>((resolve, reject) => {
    const asked = send(
      { hostname, port, path, method, headers: { host, ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

const page = { accept: 'text/html,*/*;q=0.8' }
const text = async (path: string, headers?: Readonly<Record<string, string>>) => {
  const { status, body } = await get(path, headers)
  return [status, body.toString()]
}

describe('the folder', () => {
  test('is served under its base, with an index for the pages of the program', async () => {
    expect(await text('/console/')).toEqual([200, INDEX])
    for (const path of ['/console/approvals/a-1', '/console/clients/app.example', '/console/x/'])
      expect(await text(path, page)).toEqual([200, INDEX])
    expect(await text('/console/assets/main-a1B2c3D4.js')).toEqual([200, SCRIPT])
    expect((await get('/console/icon.svg')).headers['content-type']).toBe('image/svg+xml')
  })

  test('is where `/` leads, and the base without its slash', async () => {
    for (const path of ['/', '/console', '/?x=//evil.example']) {
      const { status, headers } = await get(path)
      expect([status, headers['location']]).toEqual([302, '/console/'])
    }
    expect((await get('/consoles/')).status).toBe(418)
  })

  test('under another name of ours sends browsers to the one that is known', async () => {
    const { status, headers } = await get('/console/x', { host: 'localhost:1' })
    expect([status, headers['location']]).toEqual([302, `http://${host}/console/`])
  })

  test('answers for what is missing in it, without a page in the place of a script', async () => {
    expect((await get('/console/nothing.js')).status).toBe(404)
    expect((await get('/console/assets/old-11111111.js', page)).status).toBe(404)
    expect(await text('/none/', page)).toEqual([404, '<p>not built</p>'])
  })

  test.each([
    '/console/../secret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/..%2fsecret.txt',
    '/console/..%5csecret.txt',
    '/console/..\\secret.txt',
    '/console//../secret.txt',
    '/console/assets/../../secret.txt',
    `/console/${encodeURIComponent(join(root, 'secret.txt'))}`,
    '/console/link.txt',
    '/console/__proto__',
    '/console/assets',
    '/console/assets/main-a1B2c3D4.js.map',
    '/console/assets/main-a1B2c3D4.js.gz',
    '/console/index.html%00.txt',
  ])('gives nothing but its own files: %s', async (path) => {
    const { status, body } = await get(path)
    expect([404, 418]).toContain(status)
    expect(body.toString()).not.toContain(SECRET)
  })
})

describe('files', () => {
  test('come in the best coding that the browser takes', async () => {
    const path = '/console/assets/main-a1B2c3D4.js'
    const coding = async (accepted: string) =>
      (await get(path, { 'accept-encoding': accepted })).headers['content-encoding']
    expect(await coding('gzip, deflate, br, zstd')).toBe('br')
    expect(await coding('gzip')).toBe('gzip')
    expect(await coding('br;q=0, gzip;q=0.5')).toBe('gzip')
    expect(await coding('identity')).toBeUndefined()
    const { headers, body } = await get(path, { 'accept-encoding': 'br' })
    expect(body).toEqual(brotliCompressSync(SCRIPT))
    expect(headers['vary']).toBe('accept-encoding')
  })

  test('with a digest in their name stay; others are asked for again', async () => {
    const script = await get('/console/assets/main-a1B2c3D4.js')
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const index = await get('/console/')
    expect(index.headers['cache-control']).toBe('no-cache')
    const again = await get('/console/', { 'if-none-match': String(index.headers['etag']) })
    expect([again.status, again.body.length]).toEqual([304, 0])
    expect((await get('/console/', { 'if-none-match': '"x"' })).status).toBe(200)
  })

  test('are those of the build that is there now', async () => {
    await get('/console/')
    writeFileSync(join(folder, 'index.html'), `${INDEX}<p>new</p>`)
    utimesSync(join(folder, 'index.html'), 1, 1)
    expect(await text('/console/')).toEqual([200, `${INDEX}<p>new</p>`])
    writeFileSync(join(folder, 'index.html'), INDEX)
  })

  test('are looked at, not changed', async () => {
    const { status, body, headers } = await get('/console/', {}, 'HEAD')
    expect([status, body.length, headers['content-length']]).toEqual([200, 0, `${INDEX.length}`])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      const refused = await get('/console/', {}, method)
      expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD'])
    }
  })
})

test('everything says what a browser may do with it', async () => {
  for (const path of ['/', '/console/', '/console/icon.svg', '/console/nothing.js', '/none/']) {
    const { headers } = await get(path)
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  }
})
