import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { sha256 } from '../../kernel/hash.ts'
import { createFile, makePrivateFolder, readPrivateFile, replaceFile } from '../private-file.ts'

/** What a sign-in leaves on this machine, for one address. */
export interface Login {
  readonly resource: string
  readonly scopes: readonly string[]
  /** Of no use without the key: the gateway binds it (RFC 9449 section 5). */
  readonly refreshToken: string
  readonly key: JWK
}

function fileOf(dataDir: string, resource: string): string {
  return join(dataDir, 'logins', `${sha256(resource).slice(0, 24)}.json`)
}

/** The login for an address; undefined when there is none that can be read. */
export function readLogin(dataDir: string, resource: string): Login | undefined {
  const login = read(fileOf(dataDir, resource))
  return login?.resource === resource ? login : undefined
}

/** Every login that is kept and can be read. */
export function readLogins(dataDir: string): readonly Login[] {
  const folder = join(dataDir, 'logins')
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return files.flatMap((name) => read(join(folder, name)) ?? [])
  } catch {
    return []
  }
}

function read(path: string): Login | undefined {
  const text = readPrivateFile(path)
  if (text === undefined) return undefined
  try {
    const login: Login = JSON.parse(text)
    return typeof login.refreshToken === 'string' ? login : undefined
  } catch {
    return undefined
  }
}

/** Keeps a login in a file of mode 0600, in the place of an older one. */
export function writeLogin(dataDir: string, login: Login): void {
  makePrivateFolder(join(dataDir, 'logins'))
  const path = fileOf(dataDir, login.resource)
  const text = `${JSON.stringify(login)}\n`
  if (!createFile(path, text)) replaceFile(path, text)
}

export function removeLogin(dataDir: string, resource: string): void {
  rmSync(fileOf(dataDir, resource), { force: true })
}

/** Forgets every login. */
export function removeLogins(dataDir: string): void {
  rmSync(join(dataDir, 'logins'), { recursive: true, force: true })
}
