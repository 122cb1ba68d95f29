import { userInfo } from 'node:os'
import type { Answer, Questions } from '../../../admin/servers/ports.ts'
import type { Config, ServerConfig } from '../../../config/config.ts'
import type { ToolEffect } from '../../../kernel/access.ts'
import type { OfferedTool } from '../../catalog-port.ts'

/**
 * What a server can read, write and execute, whom it runs as, and where it can connect, as far as it is
 * known. A local server is a program of whoever runs the gateway: its tools say what it is asked to do, and
 * nothing keeps it from more.
 */
export function questionsOf(
  server: ServerConfig,
  tools: readonly OfferedTool[],
  listed: boolean,
): Questions {
  const local = server.transport === 'stdio'
  const beyond = local ? `; as a program, whatever ${account()} may` : '; the rest is not known'
  const about = (effects: readonly ToolEffect[], nothing: string): Answer =>
    byTools(tools, effects, { nothing, beyond, listed })
  return {
    reads: reading(about(['read'], 'no tool says that it reads'), tools),
    writes: about(
      ['write', 'delete', 'send', 'pay', 'admin'],
      'no tool says that it changes anything',
    ),
    executes: about(['execute'], 'no tool says that it executes anything'),
    runsAs: local
      ? { known: 'all', answer: account(), tools: [] }
      : { known: 'nothing', answer: 'unknown: it runs elsewhere', tools: [] },
    connects: local
      ? { known: 'nothing', answer: 'unknown: nothing confines it to a network', tools: [] }
      : {
          known: 'some',
          answer: `it is reached at ${new URL(server.url).host}; where it connects to is unknown`,
          tools: [],
        },
  }
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
