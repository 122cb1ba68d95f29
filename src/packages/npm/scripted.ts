import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../../kernel/json.ts'
import type { Lock } from '../lock/lock.ts'
import { manifestOf } from './program.ts'

const STEPS = ['preinstall', 'install', 'postinstall']

/**
 * `name@version` of each package that runs something when it is installed, sorted: by the lockfile, which
 * the registry wrote, and by what was really unpacked.
 */
export function scriptedIn(tree: string, lock: Lock): readonly string[] {
  const found = [...lock.packages.values()].filter(
    ({ scripted, place }) => scripted || runs(join(tree, place)),
  )
  return [...new Set(found.map(({ name, version }) => `${name}@${version}`))].sort()
}

function runs(folder: string): boolean {
  const scripts = manifestOf(folder)?.['scripts']
  if (isObject(scripts) && STEPS.some((step) => typeof scripts[step] === 'string')) return true
  // Without a script of its own, npm builds what has this file.
  return lstatSync(join(folder, 'binding.gyp'), { throwIfNoEntry: false }) !== undefined
}
