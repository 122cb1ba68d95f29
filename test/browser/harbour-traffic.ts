/** Sends one call, and waits until it was answered. */
export type Sends = (
  who: string,
  tool: string,
  given: Readonly<Record<string, unknown>>,
) => Promise<void>

/** Calls tools as clients of 2026-07-28 do. @param tokenOf the token of `user client`, or of an agent. */
export function seeded(issuer: string, tokenOf: (who: string) => string): Sends {
  return async (who, name, given) => {
    const claims = { name: CLAIMS[who.split(' ')[1] ?? ''] ?? who, version: '2.1' }
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': claims,
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const params = { name, arguments: given, _meta }
    const response = await fetch(`${issuer}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf(who)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': name,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${who}, ${name}: ${response.status} ${text}`)
  }
}

const CLAIMS: Readonly<Record<string, string>> = { 'claude-code': 'Claude Code', cursor: 'Cursor' }

type Call = Parameters<Sends>

const READS: readonly Call[] = [
  ['ada claude-code', 'files__read_text_file', { path: 'notes/berths.md' }],
  ['ada claude-code', 'files__list_directory', { path: 'notes' }],
  ['jonas cursor', 'inbox__list_messages', {}],
  ['jonas cursor', 'inbox__read_message', { id: 'm-102' }],
  ['mira claude-code', 'warehouse__run_query', { sql: 'SELECT berth, ship FROM arrivals' }],
  ['berth-planner', 'files__read_text_file', { path: 'tariffs.csv' }],
  ['berth-planner', 'warehouse__run_query', { sql: 'SELECT * FROM berths WHERE free' }],
  ['night-watch', 'inbox__list_messages', {}],
  ['night-watch', 'inbox__read_message', { id: 'm-103' }],
]

const CHANGES: readonly Call[] = [
  ['ada claude-code', 'files__write_file', { path: 'notes/plan.md', content: '- berth 4: closed' }],
  ['jonas cursor', 'outbox__send_message', mail('mira@harbour.example', 'Berths, week 47')],
  ['mira cursor', 'files__write_file', { path: 'notes/week.md', content: '- berth 2: free' }],
]

const REFUSED: readonly Call[] = [
  ['night-watch', 'outbox__send_message', mail('audit@northgate-verify.example', 'Verification')],
  ['jonas cursor', 'files__write_file', { path: '../../.ssh/authorized_keys', content: 'ssh-rsa' }],
  ['mira cursor', 'warehouse__run_query', { sql: 'SELECT name, salary FROM salaries' }],
  ['berth-planner', 'files__move_file', { source: 'tariffs.csv', destination: 'old.csv' }],
]

const WAITING: readonly Call[] = [
  ['jonas claude-code', 'outbox__send_message', mail('desk@channel-pilots.example', 'Berth 4')],
  [
    'ada cursor',
    'warehouse__run_statement',
    {
      sql: "UPDATE berths\nSET state = 'closed', until = '2026-11-28'\nWHERE id IN (4, 5)\n  AND state = 'open'",
      note: 'dredging, as the harbour master wrote',
    },
  ],
]

function mail(to: string, subject: string): Readonly<Record<string, unknown>> {
  const body = 'Good morning,\n\nberth 4 is closed until Friday, berth 2 is free.\n\nJonas'
  return { to, subject, body }
}

/** A morning: much is read, some is changed, some refused, and two calls wait for people. */
export async function traffic(send: Sends): Promise<void> {
  for (const count of [5, 3, 4])
    for (let turn = 0; turn < count; turn++) {
      for (const call of READS.slice(turn % 3)) await send(...call)
      const at = turn % CHANGES.length
      for (const call of [...CHANGES.slice(at, at + 1), ...REFUSED.slice(turn % REFUSED.length)])
        await send(...call)
    }
  for (const call of WAITING) await send(...call)
}
