import { extname, join } from 'node:path'
import type { PlaygroundServer } from '../playground.ts'
import { POISONED } from './poisoned.ts'
import type { Trick } from './surface.ts'
import { TURNING } from './turning.ts'

/** Servers that do what has been shown against hosts of MCP servers, by name. None reaches a network. */
export const TRICKS = { ...POISONED, ...TURNING } as const satisfies Readonly<Record<string, Trick>>
export type TrickName = keyof typeof TRICKS

/**
 * How to run one of them, in the words of the configuration.
 *
 * @param counter a file in which it counts its starts; without one each start is its first.
 */
export function hostileServer(
  name: TrickName,
  counter?: string,
): Pick<PlaygroundServer, 'transport' | 'command' | 'args'> {
  const program = join(import.meta.dirname, `serve${extname(import.meta.filename)}`)
  const args = [program, name, ...(counter === undefined ? [] : [counter])]
  return { transport: 'stdio', command: process.execPath, args }
}
