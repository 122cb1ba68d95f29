import type { Subject } from '../../kernel/subject.ts'

/** A tool, and what somebody may do with it. */
export interface ReachedTool {
  readonly server: string
  readonly name: string
  readonly effects: readonly string[]
  readonly risk: 'low' | 'medium' | 'high'
  /**
   * `permit`: with any arguments; `ask`: after a human approved; `depends`: on the arguments; `never`.
   */
  readonly access: 'permit' | 'ask' | 'depends' | 'never'
}

/** What policies let people do. */
export interface Reach {
  /** All tools that are known, by server and name, for a client that was given every scope. */
  of(subject: Subject): readonly ReachedTool[]
}
