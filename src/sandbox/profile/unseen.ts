import { realpath } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { SandboxMount } from '../../kernel/sandbox.ts'
import { type Code, isOfSystem } from './code.ts'
import type { Never } from './never.ts'
import { isWithin } from './paths.ts'

/** What a server sees, and where its relative arguments count from. */
export interface Seen {
  readonly mounts: readonly SandboxMount[]
  readonly never: Never
  readonly cwd: string
}

const MOST = 256

/** A note for every argument that names something on this machine that the server will not see. */
export async function unseenArguments(
  seen: Seen,
  { argv, places }: Code,
): Promise<readonly string[]> {
  const notes: string[] = []
  for (const [at, argument] of argv.entries()) {
    if (places.has(at) || at > MOST) continue
    const note = await noteOf(seen, argument)
    if (note !== undefined) notes.push(note)
  }
  return notes
}

async function noteOf({ mounts, never, cwd }: Seen, argument: string): Promise<string | undefined> {
  const text = argument.startsWith('-') ? argument.slice(argument.indexOf('=') + 1) : argument
  if (!isPathLike(text)) return undefined
  const path = resolve(cwd, text)
  if (path === '/' || isOfSystem(path) || mounts.some(({ to }) => isWithin(path, to)))
    return undefined
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) return undefined
  const named = `argument \`${text.slice(0, 200)}\` names \`${real}\`, which it does not see`
  const why =
    never.refusal(real) ?? (never.holdsCredentials(real) ? 'it holds credentials' : undefined)
  if (why !== undefined) return `${named}: ${why}`
  return `${named}; \`sandbox.fs.ro: ["${real}"]\` shows it, \`sandbox.fs.rw\` lets it be changed`
}

function isPathLike(text: string): boolean {
  if (text.length > 4_096 || text.includes('\0') || text.startsWith('-')) return false
  return isAbsolute(text) || text === '.' || text === '..' || text.includes('/')
}
