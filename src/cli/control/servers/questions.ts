import { userInfo } from 'node:os'
import type { ContainmentView } from '../../../admin/servers/containment.ts'
import type { Answer, Questions } from '../../../admin/servers/ports.ts'
import type { Config, ServerConfig } from '../../../config/config.ts'
import type { ToolEffect } from '../../../kernel/access.ts'
import type { OfferedTool } from '../../catalog-port.ts'

interface Asked {
  readonly server: ServerConfig
  readonly tools: readonly OfferedTool[]
  /** Whether these are all of them. */
  readonly listed: boolean
  /** Of a local server. */
  readonly containment: ContainmentView | undefined
}

/**
 * What a server can read, write and execute, whom it runs as, and where it can connect, as far as it is
 * known. The tools of a local server say what it is asked to do; its sandbox keeps it from more, and
 * without one nothing does.
 */
export function questionsOf({ server, tools, listed, containment }: Asked): Questions {
  const beyond = beyondTools(containment)
  const about = (effects: readonly ToolEffect[], nothing: string, files: string): Answer =>
    byTools(tools, effects, { nothing, beyond: beyond ?? files, listed })
  return {
    reads: reading(
      about(['read'], 'no tool says that it reads', filesWords(containment, 'read')),
      tools,
    ),
    writes: about(
      ['write', 'delete', 'send', 'pay', 'admin'],
      'no tool says that it changes anything',
      filesWords(containment, 'write'),
    ),
    executes: about(
      ['execute'],
      'no tool says that it executes anything',
      '; as a program, only inside its sandbox',
    ),
    runsAs: runsAs(containment),
    connects: connects(server, containment),
  }
}

/** What it can do besides what its tools say, where no sandbox answers that. */
function beyondTools(containment: ContainmentView | undefined): string | undefined {
  if (containment === undefined) return '; the rest is not known'
  return containment.state === 'open' ? `; as a program, whatever ${account()} may` : undefined
}

function filesWords(containment: ContainmentView | undefined, access: 'read' | 'write'): string {
  const paths = (containment?.files ?? [])
    .filter((file) => access === 'read' || file.access === access)
    .map(({ path }) => path)
  const nothing = access === 'read' ? 'its own code and the system' : 'no file that stays'
  return `; as a program, ${paths.length === 0 ? nothing : paths.join(', ')}`
}

function runsAs(containment: ContainmentView | undefined): Answer {
  if (containment === undefined)
    return { known: 'nothing', answer: 'unknown: it runs elsewhere', tools: [] }
  if (containment.state === 'open') return { known: 'all', answer: account(), tools: [] }
  const identity = containment.inForce.find(({ control }) => control === 'identity')
  const answer = `nobody of this machine${identity === undefined ? '' : `: ${identity.by}`}`
  return { known: containment.state === 'started' ? 'all' : 'some', answer, tools: [] }
}

function connects(server: ServerConfig, containment: ContainmentView | undefined): Answer {
  if (server.transport !== 'stdio') {
    const answer = `it is reached at ${new URL(server.url).host}; where it connects to is unknown`
    return { known: 'some', answer, tools: [] }
  }
  const { mode = 'unrestricted', hosts = [] } = containment?.network ?? {}
  if (mode === 'unrestricted')
    return { known: 'nothing', answer: 'unknown: nothing confines it to a network', tools: [] }
  const answer = hosts.length === 0 ? 'nowhere: it has no network' : hosts.join(', ')
  return { known: 'all', answer, tools: [] }
}

/** The same of a virtual server: it is what the servers behind it are. */
export function questionsOfVirtual(
  sources: readonly string[],
  tools: readonly OfferedTool[],
  { servers }: Pick<Config, 'servers'>,
): Questions {
  const beyond = ''
  const about = (effects: readonly ToolEffect[], nothing: string): Answer =>
    byTools(tools, effects, { nothing, beyond, listed: true })
  const behind = sources.filter((name) => servers[name] !== undefined).join(', ')
  const see: Answer = { known: 'some', answer: `as the servers behind it: ${behind}`, tools: [] }
  return {
    reads: reading(about(['read'], 'no tool says that it reads'), tools),
    writes: about(
      ['write', 'delete', 'send', 'pay', 'admin'],
      'no tool says that it changes anything',
    ),
    executes: about(['execute'], 'no tool says that it executes anything'),
    runsAs: see,
    connects: see,
  }
}

interface Rest {
  readonly nothing: string
  readonly beyond: string
  readonly listed: boolean
}

function byTools(
  tools: readonly OfferedTool[],
  effects: readonly ToolEffect[],
  { nothing, beyond, listed }: Rest,
): Answer {
  if (!listed && tools.length === 0)
    return {
      known: 'nothing',
      answer: `unknown: its tools were not listed yet${beyond}`,
      tools: [],
    }
  const doing = tools.filter(({ classification }) =>
    classification.effects.some((effect) => effects.includes(effect)),
  )
  const names = doing.map(({ name }) => name)
  const done = effects.filter((effect) =>
    doing.some(({ classification }) => classification.effects.includes(effect)),
  )
  const what = names.length === 0 ? nothing : `${done.join(', ')} by ${names.length} of its tools`
  return { known: 'some', answer: `${what}${beyond}`, tools: names }
}

/** Kinds of data, where anybody said. */
function reading(answer: Answer, tools: readonly OfferedTool[]): Answer {
  const kinds = new Set(tools.flatMap(({ classification }) => classification.reads))
  if (kinds.size === 0) return answer
  return { ...answer, answer: `${answer.answer} (${[...kinds].join(', ')})` }
}

function account(): string {
  try {
    return `the user \`${userInfo().username}\` of this machine`
  } catch {
    return 'the user of this machine that runs the gateway'
  }
}
