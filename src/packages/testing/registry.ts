import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Member, tarball } from './tarball.ts'

/** One version of a package as a test publishes it. */
export interface Published {
  readonly version: string
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Besides its manifest; below `package/`. */
  readonly files?: Readonly<Record<string, string>>
  /** Members of the archive as they are. */
  readonly raw?: readonly Member[]
}

/** A registry of npm's kind on this machine. */
export interface TestRegistry {
  readonly url: string
  /** Paths that were asked for, and the `authorization` that came with them. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[]
  publish(name: string, one: Published): { readonly integrity: string }
  /** Hands out another archive for a version, and leaves what it says of it. */
  swap(name: string, version: string, archive: Buffer): void
  /** The same, and says so. */
  replace(name: string, one: Published): { readonly integrity: string }
  attest(name: string, version: string, answer: string): void
  close(): Promise<void>
}

interface Kept {
  readonly manifest: Record<string, unknown>
  archive: Buffer
  integrity: string
}

/** Opens a registry that has nothing yet. */
export async function testRegistry(): Promise<TestRegistry> {
  const packages = new Map<string, Map<string, Kept>>()
  const attestations = new Map<string, string>()
  const asked: { path: string; authorization: string | undefined }[] = []
  let url = ''
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    asked.push({ path, authorization: request.headers.authorization })
    const answer = answerTo(path)
    response.writeHead(answer === undefined ? 404 : 200, {
      'content-type': typeof answer === 'string' ? 'application/json' : 'application/octet-stream',
    })
    response.end(answer ?? '{}')
  })
  function answerTo(path: string): string | Buffer | undefined {
    const [, about] = /^-\/npm\/v1\/attestations\/(.+)$/.exec(path) ?? []
    if (about !== undefined) return attestations.get(about)
    const [, name = '', version = ''] = /^(.+)\/-\/([^/]+)\.tgz$/.exec(path) ?? []
    if (name !== '') return packages.get(name)?.get(version)?.archive
    const versions = packages.get(path)
    return versions === undefined ? undefined : JSON.stringify(packument(path, versions))
  }
  function packument(name: string, versions: ReadonlyMap<string, Kept>) {
    const listed = [...versions].map(([version, { manifest, integrity }]) => [
      version,
      { ...manifest, dist: { integrity, tarball: `${url}${name}/-/${version}.tgz` } },
    ])
    const latest = [...versions.keys()].at(-1)
    return { name, 'dist-tags': { latest }, versions: Object.fromEntries(listed) }
  }
  function publish(name: string, one: Published) {
    const { version } = one
    const manifest = { name, version, ...one.manifest }
    const archive = archiveOf(manifest, one)
    const integrity = integrityOf(archive)
    const versions = packages.get(name) ?? new Map<string, Kept>()
    versions.set(version, { manifest, archive, integrity })
    packages.set(name, versions)
    return { integrity }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    asked,
    publish,
    replace: publish,
    swap(name, version, archive) {
      const kept = packages.get(name)?.get(version)
      if (kept !== undefined) kept.archive = archive
    },
    attest: (name, version, answer) => void attestations.set(`${name}@${version}`, answer),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The archive of a version: its manifest, its files. */
export function archiveOf(
  manifest: Readonly<Record<string, unknown>>,
  { files = {}, raw = [] }: Pick<Published, 'files' | 'raw'>,
): Buffer {
  const members = Object.entries({ ...files, 'package.json': JSON.stringify(manifest) }).map(
    ([path, text]): Member => ({ path: `package/${path}`, text }),
  )
  return tarball([...members, ...raw])
}

function integrityOf(archive: Buffer): string {
  return `sha512-${createHash('sha512').update(archive).digest('base64')}`
}
