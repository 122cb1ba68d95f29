import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { sha256 } from '../kernel/hash.ts'

export interface StaticFilesOptions {
  /** The folder; it may come later, or be replaced while it is served. */
  readonly folder: string
  /** Path under which it is served, with a slash at both ends. */
  readonly base: string
  /** Under other names of ours, browsers are sent to this origin: cookies and keys are of it alone. */
  readonly publicOrigin: string
  /** What stands there while the folder does not: HTML without scripts and styles. */
  readonly missing: string
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

interface Variant {
  readonly body: Buffer
  readonly etag: string
}

interface StaticFile {
  readonly type: string
  /** Its name holds a digest of its content. */
  readonly immutable: boolean
  readonly plain: Variant
  readonly br?: Variant
  readonly gzip?: Variant
}

interface Folder {
  /** Of the index: another build has another. */
  readonly stamp: string
  readonly files: ReadonlyMap<string, StaticFile>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Headers of everything that is served here. */
const GUARDS: readonly string[] = [
  ['content-security-policy', POLICY],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'],
].flat()

const INDEX = 'index.html'
/** As Vite names them: a name, a hyphen, a digest. */
const HASHED = /^assets\/[^/]*-[\w-]{8,}\.\w+$/
const CODINGS = { br: '.br', gzip: '.gz' } as const

/**
 * Serves a folder of files: exactly those that are in it, read when it is first asked for, so that no
 * path leads out of it. What looks like a page of the program that they make is answered with the index.
 *
 * @returns handlers by path; undefined for one that is neither below `base` nor leads there.
 */
export function staticFiles(options: StaticFilesOptions): (path: string) => Handler | undefined {
  const { base, publicOrigin } = options
  const folderNow = watched(options.folder)
  return (path) => {
    if (path === '/' || path === base.slice(0, -1))
      return (request, response) => only(request, response, () => sendTo(response, base))
    if (!path.startsWith(base)) return undefined
    return (request, response) =>
      only(request, response, () => {
        const { host = '' } = request.headers
        if (host.toLowerCase() !== new URL(publicOrigin).host)
          return sendTo(response, publicOrigin + base)
        const folder = folderNow()
        if (folder === undefined) return sendText(response, 404, TYPES['.html'], options.missing)
        const file = find(folder, path.slice(base.length), request)
        if (file === undefined) return sendText(response, 404, TYPES['.txt'], 'not found\n')
        send(request, response, file)
      })
  }
}

function only(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (request.method === 'GET' || request.method === 'HEAD') answer()
  else {
    response.writeHead(405, [...GUARDS, 'allow', 'GET, HEAD', 'content-length', '0'])
    response.end()
  }
}

function find({ files }: Folder, path: string, { headers }: IncomingMessage) {
  const file = files.get(path === '' ? INDEX : path)
  if (file !== undefined) return file
  // A missing asset must not be answered with a page; whoever asks for a page gets one.
  const isPage = headers.accept?.includes('text/html') === true && !path.startsWith('assets/')
  return isPage ? files.get(INDEX) : undefined
}

function send(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const coding = codingOf(request, file)
  const { body, etag } = coding === undefined ? file.plain : (file[coding] ?? file.plain)
  const head = [
    ...GUARDS,
    ...['etag', etag, 'vary', 'accept-encoding'],
    ...['cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache'],
  ]
  const known = request.headers['if-none-match']
  if (known?.split(',').some((one) => one.trim() === etag) === true) {
    response.writeHead(304, head)
    response.end()
    return
  }
  response.writeHead(200, [
    ...head,
    ...['content-type', file.type, 'content-length', String(body.length)],
    ...(coding === undefined ? [] : ['content-encoding', coding]),
  ])
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The best coding that the file has and the client takes (RFC 9110 section 12.5.3). */
function codingOf({ headers }: IncomingMessage, file: StaticFile): 'br' | 'gzip' | undefined {
  const taken = String(headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim().split(';'))
    .filter(([, weight = 'q=1']) => !/^\s*q=0(?:\.0*)?$/.test(weight))
    .map(([name = '']) => name.trim())
  return (['br', 'gzip'] as const).find((one) => file[one] !== undefined && taken.includes(one))
}

function sendTo(response: ServerResponse, location: string): void {
  const head = ['location', location, 'cache-control', 'no-store', 'content-length', '0']
  response.writeHead(302, [...GUARDS, ...head])
  response.end()
}

function sendText(response: ServerResponse, status: number, type = '', text = ''): void {
  const length = String(Buffer.byteLength(text))
  const head = ['content-type', type, 'cache-control', 'no-store', 'content-length', length]
  response.writeHead(status, [...GUARDS, ...head])
  response.end(text)
}

/** The folder as it is now: read again when its index is another. Undefined while there is none. */
function watched(root: string): () => Folder | undefined {
  let known: Folder | undefined
  return () => {
    const stamp = stampOf(join(root, INDEX))
    if (stamp === undefined) return undefined
    if (known?.stamp !== stamp) known = { stamp, files: filesOf(root) }
    return known
  }
}

function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true ? `${found.mtimeMs} ${found.size} ${found.ino}` : undefined
}

function filesOf(root: string): ReadonlyMap<string, StaticFile> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const there = new Set(names)
  const read = (name: string): Variant => {
    const body = readFileSync(join(root, name))
    return { body, etag: `"${sha256(body).slice(0, 32)}"` }
  }
  const files = new Map<string, StaticFile>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    // Maps of sources, compressed forms and whatever else lies there is not served by itself.
    if (type === undefined) continue
    const coded = Object.entries(CODINGS).filter(([, ending]) => there.has(name + ending))
    const variants = coded.map(([coding, ending]) => [coding, read(name + ending)])
    const immutable = HASHED.test(name)
    files.set(name, { type, immutable, plain: read(name), ...Object.fromEntries(variants) })
  }
  return files
}
