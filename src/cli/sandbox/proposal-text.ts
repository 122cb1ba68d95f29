import type { Proposal, ProposedLine } from '../../sandbox/learn/propose.ts'
import { printable, table } from '../terminal.ts'

/** The part of a configuration that a proposal comes to, each line with its evidence. */
export function proposalText({ server, lines, left, unused }: Proposal): readonly string[] {
  const of = (key: ProposedLine['key']): readonly ProposedLine[] =>
    lines.filter((line) => line.key === key)
  const hosts = of('network.allow')
  const [ro, rw] = [of('fs.ro'), of('fs.rw')]
  const fragment = [
    'servers:',
    `  ${server}:`,
    '    sandbox:',
    ...(hosts.length === 0 ? [] : ['      network:', '        mode: allowlist', '        allow:']),
    ...hosts.map((line) => `          - ${lineText(line)}`),
    ...(ro.length + rw.length === 0 ? [] : ['      fs:']),
    ...(ro.length === 0
      ? []
      : ['        ro:', ...ro.map((line) => `          - ${lineText(line)}`)]),
    ...(rw.length === 0
      ? []
      : ['        rw:', ...rw.map((line) => `          - ${lineText(line)}`)]),
  ]
  return [
    ...(lines.length === 0 ? ['# nothing to add: it reached for nothing else'] : fragment),
    ...comment('not proposed', table(['WHAT', 'WHY', 'TIMES'], left.map(leftCells)), left.length),
    ...comment('allowed, and not used meanwhile', unused, unused.length),
  ]
}

function lineText({ value, evidence: { count, call, told, first } }: ProposedLine): string {
  const setting =
    typeof value === 'string'
      ? JSON.stringify(value)
      : `{ host: ${JSON.stringify(value.host)}, ports: [${value.ports.join(', ')}], proto: ${value.proto} }`
  const times = count === 1 ? 'once' : `${count} times`
  const by = told === 'server' ? 'it says so itself' : `seen by the ${told}`
  return printable(`${setting} # ${times}, first ${call} ${first}; ${by}`)
}

function leftCells({ what, why, count }: Proposal['left'][number]): readonly string[] {
  return [what, WHY[why], String(count)]
}

const WHY: Readonly<Record<Proposal['left'][number]['why'], string>> = {
  secret: 'keys and passwords are kept in such places',
  home: 'it lies in a home',
  system: 'it is the system’s own',
  metadata: 'it hands out credentials of this machine',
  'private-range': 'it lies in a network of your own',
  unreadable: 'it cannot be read for certain',
  socket: 'it is a socket or a device',
  'own-code': 'it would change its own code',
  'too-many': 'too many already',
}

function comment(title: string, lines: readonly string[], count: number): readonly string[] {
  return count === 0 ? [] : ['', `# ${title}:`, ...lines.map((line) => `#   ${line}`)]
}
