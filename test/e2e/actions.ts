import { expect, vi } from 'vitest'
import type { Peer } from './peer.ts'

/** What every client does with every server. */
export const ACTIONS = [
  'list tools',
  'call a tool',
  'read a resource',
  'get a prompt',
  'complete an argument',
  'see progress',
  'see logs',
  'answer a form',
  'decline a form',
  'sample',
  'give roots',
  'cancel',
  'hear of a changed list',
] as const

export type Action = (typeof ACTIONS)[number]

/** A client that is connected to a server, in a cell of the matrix. */
export interface Stage {
  readonly peer: Peer
  /** The name of a tool or prompt on this route. */
  readonly named: (name: string) => string
  /** Whether the server takes part in the modern era alone. */
  readonly modernOnly: boolean
  readonly folder: string
  readonly root: string
  /** Unique among all cells. */
  readonly id: string
}

export type Step = (stage: Stage) => Promise<void>

/** Waits until something holds that another process brings about. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(async () => check(), { timeout: 5_000, interval: 50 })
}

/** Calls a tool by the name that it has at its server. */
export function callTool(
  { peer, named }: Stage,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  options: Parameters<Peer['call']>[2] = {},
): Promise<string> {
  return peer.call(named(name), args, options)
}

/** Answers a form of `tool` and expects the server to have got the answer. */
export function answering(
  answer: 'accept' | 'decline',
  tool: (stage: Stage) => readonly [name: string, args: Readonly<Record<string, unknown>>],
  expected: RegExp,
): Step {
  return async (stage) => {
    const { seen } = stage.peer
    seen.answer = answer
    seen.asked.length = 0
    expect(await callTool(stage, ...tool(stage))).toMatch(expected)
    // Some servers ask for roots whenever they like.
    expect(seen.asked.filter((method) => method !== 'roots/list')).toEqual(['elicitation/create'])
  }
}

/**
 * Lets `tool` report and expects these steps first. A step that the answer follows at once is none
 * to wait for: the official clients may forget the call before they look at it.
 */
export function progressing(
  tool: string,
  args: Readonly<Record<string, unknown>>,
  steps: readonly number[],
): Step {
  return async (stage) => {
    const seen: number[] = []
    await callTool(stage, tool, args, { onprogress: ({ progress }) => seen.push(progress) })
    expect(seen.slice(0, steps.length)).toEqual(steps)
  }
}
