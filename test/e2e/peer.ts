/** The official clients under test, by SDK and by how they settle the protocol revision. */
export const CLIENTS = ['v1', 'v2 modern', 'v2 auto', 'v2 legacy'] as const

export type ClientKind = (typeof CLIENTS)[number]

/** One face for the official clients, so that the same actions run with each. */
export interface Peer {
  readonly era: 'modern' | 'legacy'
  readonly seen: Seen
  tools(): Promise<readonly string[]>
  /** The texts of the result. Rejects for a protocol error and for a tool's error. */
  call(name: string, args: Arguments, options?: CallOptions): Promise<string>
  read(uri: string): Promise<string>
  prompt(name: string): Promise<string>
  complete(prompt: string, argument: string, value: string): Promise<readonly string[]>
  /** From now on the client wants log messages of every level. */
  wantLogs(): Promise<void>
  /** From now on the client hears of changed lists. */
  watchLists(): Promise<void>
  close(): Promise<void>
}

export type Arguments = Readonly<Record<string, unknown>>

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onprogress?: (progress: { readonly progress: number }) => void
}

/** What a client is told and asked, and what its user answers. */
export interface Seen {
  readonly logs: unknown[]
  readonly changedLists: string[]
  readonly asked: string[]
  answer: 'accept' | 'decline'
}

export function nothingSeen(): Seen {
  return { logs: [], changedLists: [], asked: [], answer: 'accept' }
}

export const CAPABILITIES = { elicitation: {}, sampling: {}, roots: { listChanged: true } } as const

/** What the client's user fills into every form: it fits all that the servers ask. */
export function elicited(seen: Seen) {
  seen.asked.push('elicitation/create')
  if (seen.answer === 'decline') return { action: 'decline' as const }
  const content = { name: 'Ada', username: 'ada', email: 'ada@example.com' }
  return { action: 'accept' as const, content }
}

export function sampled(seen: Seen) {
  seen.asked.push('sampling/createMessage')
  const content = { type: 'text' as const, text: 'a sampled answer' }
  return { role: 'assistant' as const, model: 'none', content }
}

export function rooted(seen: Seen, root: string) {
  seen.asked.push('roots/list')
  return { roots: [{ uri: `file://${root}`, name: 'root' }] }
}

/** All texts of a result, wherever they stand in it. Rejects a tool's error. */
export function textOf(result: unknown): string {
  const found: string[] = []
  JSON.stringify(result, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') found.push(value)
    return value
  })
  const text = found.join('\n')
  const failed = typeof result === 'object' && result !== null && 'isError' in result
  if (failed && result.isError === true) throw new Error(`tool error: ${text}`)
  return text
}
