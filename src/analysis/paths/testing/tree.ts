import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from '../../analyser.ts'
import { nodeFileView } from '../../world/file-view.ts'

/** A real folder with a workspace, what lies beside it, and links of all kinds between them. */
export interface Tree {
  readonly base: string
  readonly work: string
  readonly outside: string
  readonly place: Place
  remove(): void
}

const FILES = [
  'work/notes.txt',
  'work/src/app.ts',
  'work/My Docs/a.txt',
  'work/100%.txt',
  'work/deep/deeper/end.txt',
  'work/.git/hooks/pre-commit',
  'outside/secret.txt',
  'outside/folder/inner.txt',
  'work-evil/secret.txt',
]

const LINKS: readonly (readonly [string, string])[] = [
  ['work/in', 'src'],
  ['work/in-again', 'in'],
  ['work/out', '../outside'],
  ['work/out-file', '../outside/secret.txt'],
  ['work/chain', 'chain-2'],
  ['work/chain-2', 'deep/../out'],
  ['work/dangling-in', 'src/new.ts'],
  ['work/dangling-out', '../outside/new.txt'],
  ['work/dangling-chain', 'dangling-out'],
  ['work/loop', 'loop-2'],
  ['work/loop-2', 'loop'],
  ['work/self', 'self/x'],
  ['work/up', '..'],
  ['work/root', '/'],
  ['work/deep/far', '../../outside/folder'],
  ['work/.hidden-out', '../outside'],
  ['work/process', '/proc/self/cwd'],
  ['work/out-and-in', '../outside/../work/src'],
]

export function makeTree(): Tree {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'paths-')))
  const [work, outside] = [join(base, 'work'), join(base, 'outside')]
  for (const file of FILES) {
    mkdirSync(join(base, file, '..'), { recursive: true })
    writeFileSync(join(base, file), file)
  }
  for (const [link, target] of LINKS) symlinkSync(target, join(base, link))
  symlinkSync(outside, join(work, 'out-absolute'))
  return {
    base,
    work,
    outside,
    place: localPlace(work),
    remove: () => rmSync(base, { recursive: true }),
  }
}

/** Arguments of a server on this machine that works in a folder. */
export function localPlace(cwd: string | undefined): Place {
  return {
    at: '/path',
    hint: undefined,
    parent: undefined,
    server: 'files',
    local: true,
    cwd,
    world: { files: nodeFileView(), resolver: { resolve: async () => [] } },
  }
}

/** Arguments of a server somewhere else: to ask for files of this machine is an error. */
export function remotePlace(cwd?: string): Place {
  const follow = (): never => {
    throw new Error('looked at the file system')
  }
  const { resolver } = localPlace(cwd).world
  return { ...localPlace(cwd), local: false, world: { files: { follow }, resolver } }
}
