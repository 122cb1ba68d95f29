import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../kernel/hash.ts'
import type { Handler } from '../parts.ts'

/** Files that pages use. Each name holds a digest of the content, so that a browser may keep it. */
export interface Assets {
  readonly style: string
  /** In the order in which a page that offers passkeys loads them. */
  readonly passkeys: readonly string[]
  /** In every page with a form. */
  readonly once: string
  find(path: string): Handler | undefined
}

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const

/** Parts of the style, in the order in which they hold. */
const STYLES = ['colours', 'frame', 'forms', 'content']

/** Reads the files. @throws Error if one is missing: without them no page is of use. */
export function loadAssets(): Assets {
  const served = new Map<string, Handler>()
  const add = (name: string, type: keyof typeof TYPES, content: string): string => {
    const path = `/oauth/assets/${name}.${sha256(content).slice(0, 16)}.${type}`
    served.set(path, serve(content, TYPES[type]))
    return path
  }
  const own = (name: string): string =>
    readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')

  const style = add('pages', 'css', STYLES.map((name) => own(`${name}.css`)).join('\n'))
  const library = add('webauthn', 'js', readFileSync(libraryFile(), 'utf8'))
  const passkeys = [library, add('passkey', 'js', own('passkey.js'))]
  const once = add('submit-once', 'js', own('submit-once.js'))
  return { style, passkeys, once, find: (path) => served.get(path) }
}

function libraryFile(): string {
  const entry = fileURLToPath(import.meta.resolve('@simplewebauthn/browser'))
  return join(dirname(entry), '..', 'dist', 'bundle', 'index.umd.min.js')
}

function serve(content: string, type: string): Handler {
  return (request, response) => {
    const known = request.method === 'GET' || request.method === 'HEAD'
    response.writeHead(known ? 200 : 405, {
      'content-type': known ? type : 'text/plain; charset=utf-8',
      'cache-control': known ? 'public, max-age=31536000, immutable' : 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      ...(known ? {} : { allow: 'GET, HEAD' }),
    })
    response.end(known ? content : '')
  }
}
