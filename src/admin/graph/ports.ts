import type { Classification, DataClass, ToolEffect } from '../../kernel/access.ts'
import type { Verdict } from '../calls/ports.ts'

/** Calls of one subject by one client to one tool, which named the same hosts. */
export interface Flow {
  /** `user:id` or `agent:id`. */
  readonly subject: string
  readonly client: string
  readonly server: string
  readonly tool: string
  /** Hosts and domains that arguments named, as far as records keep it. */
  readonly hosts: readonly string[]
  readonly calls: Readonly<Record<Verdict, number>>
}

/** What went through the gateway in a time. */
export interface Flows {
  readonly flows: readonly Flow[]
  readonly calls: number
  /** Milliseconds since the epoch: older calls were not looked at, though the time goes back further. */
  readonly cutAt?: number
}

/** A tool that is known at the moment. */
export interface GraphTool extends Pick<Classification, 'risk'> {
  readonly server: string
  readonly name: string
  readonly effects: readonly ToolEffect[]
  readonly reads: readonly DataClass[]
}

/** What policies let a subject do with a tool: see the matrix of policies. */
export interface GraphAccess {
  readonly subject: string
  readonly server: string
  readonly tool: string
  readonly access: 'permit' | 'ask' | 'depends' | 'never'
}

export interface GraphSource {
  flows(range: { readonly since: number; readonly before: number }): Promise<Flows>
  tools(): readonly GraphTool[]
  /** By name, active ones only; without names, all of them, up to a number. */
  access(subjects?: readonly string[]): Promise<readonly GraphAccess[]>
}
