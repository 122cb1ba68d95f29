import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Answered } from '../faults/client.ts'

/** The address by which this machine is known to others; loopback on one that is alone. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}

/** A fresh folder that every user may write. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-open-'))
  chmodSync(folder, 0o777)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder in another that every user may write. */
export function openFolderIn(folder: string, name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  chmodSync(path, 0o777)
  return path
}

/** Gives everybody the right to read a folder and all in it. */
export function letRead(folder: string): void {
  const { status } = spawnSync('chmod', ['-R', 'a+rX', folder])
  if (status !== 0) throw new Error(`\`${folder}\` cannot be opened to all`)
}

/**
 * A site of this machine, under the machine's own name, and the paths that it was asked for. The machine's
 * address would not do: it may lie in a range that nothing is let through to.
 */
export async function startSite(page: string): Promise<{
  readonly host: string
  readonly port: number
  readonly origin: string
  readonly asked: readonly string[]
}> {
  const asked: string[] = []
  const site = createServer((request, response) => {
    asked.push(String(request.url))
    response.setHeader('content-type', 'text/html')
    response.end(page)
  })
  await new Promise<void>((done) => {
    site.listen(0, '0.0.0.0', done)
  })
  onTestFinished(() => {
    site.closeAllConnections()
    site.close()
  })
  const { port } = site.address() as AddressInfo
  const host = hostname()
  return { host, port, origin: `http://${host}:${port}`, asked }
}

/** The text of a tool's answer, or of the error in its place. */
export function textOf({ body }: Answered): string {
  return JSON.stringify(body['result'] ?? body['error'])
}
