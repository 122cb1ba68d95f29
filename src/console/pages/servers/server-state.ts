import type { Output } from '../../api/call.ts'
import type { Tone } from '../../design/chip.tsx'

export type Server = Output<'servers.list'>['servers'][number]
export type ServerDetail = Output<'servers.show'>['server']
export type Tool = ServerDetail['toolList'][number]

const STATES = {
  failing: { word: 'Failing', tone: 'bad', means: 'the last attempt to reach it failed' },
  connected: { word: 'Connected', tone: 'good', means: 'a connection to it is open' },
  idle: { word: 'Idle', tone: 'plain', means: 'it was reached; nothing is open to it now' },
  untried: { word: 'Not reached yet', tone: 'plain', means: 'nobody has called it so far' },
  virtual: { word: 'Virtual', tone: 'note', means: 'made of tools of other servers' },
  disabled: { word: 'Disabled', tone: 'plain', means: 'its configuration says so' },
} as const satisfies Readonly<Record<string, { word: string; tone: Tone; means: string }>>
export type StateName = keyof typeof STATES

/** How a server fares, from what the gateway saw of it. */
export function stateOf({
  enabled,
  reaching,
  state: { links, connected, failures, failed },
}: Pick<Server, 'enabled' | 'reaching' | 'state'>): {
  readonly name: StateName
  readonly word: string
  readonly tone: Tone
  readonly means: string
} {
  const named = (name: StateName) => ({ name, ...STATES[name] })
  if (!enabled) return named('disabled')
  if (reaching.transport === 'virtual') return named('virtual')
  if (failed !== undefined && failures > 0) return named('failing')
  if (links > 0) return named('connected')
  return named(connected === undefined ? 'untried' : 'idle')
}

/** The worst first. */
const RISKS = ['high', 'medium', 'low'] as const

/** The greatest risk of any of its tools; undefined where it has none. */
export function worstRisk(risks: Server['risks']): (typeof RISKS)[number] | undefined {
  return RISKS.find((risk) => risks[risk] > 0)
}

export const RISK_TONES: Readonly<Record<string, Tone>> = {
  high: 'bad',
  medium: 'wait',
  low: 'plain',
}

/** How it is reached, as one line that can be typed. */
export function reachLine({ transport, command = '', args = [], url }: Server['reaching']): string {
  if (transport === 'virtual') return 'tools of other servers'
  return url ?? [command, ...args].map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
