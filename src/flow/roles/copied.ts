import type { ArgumentRole } from '../../kernel/flow.ts'
import { nameWords } from './name-words.ts'

/** Verbs of tools that bring a thing from one place to another, and leave it as it is where it was. */
const COPYING = new Set([
  'clone',
  'copy',
  'download',
  'duplicate',
  'fork',
  'pull',
  'checkout',
  'mirror',
])
/** What is copied, where names say no more than what kind of thing it is. */
const THINGS = new Set(
  'repo repository repositories project source src from branch tag package image template'.split(
    ' ',
  ),
)

/**
 * The role of an argument of a tool that copies: what is copied stays as it is, so that it decides nothing, and
 * only where it goes does. The name of the tool is a server's claim, and one that it could also keep by copying what it wants.
 */
export function roleWhenCopied(tool: string, name: string, role: ArgumentRole): ArgumentRole {
  const isCopy = nameWords(tool).some((word) => COPYING.has(word))
  if (!isCopy) return role
  if (role === 'selector') return 'setting'
  const isThing = role === 'destination' && nameWords(name).some((word) => THINGS.has(word))
  return isThing ? 'setting' : role
}
