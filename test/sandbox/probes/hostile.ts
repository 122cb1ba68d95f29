import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { EGRESS, EGRESS_AT_LAST } from './egress.ts'
import { FILES, FILES_AT_LAST } from './files.ts'
import { type Job, outcome, type Probe } from './job.ts'
import { NETWORK } from './network.ts'

// A server that tries everything that a server must not do, and writes what came of it: one JSON array,
// name and outcome, a line. It waits for a line first, so that others can look at it, and after it until
// its input ends.
// The secret comes turned around: where it stands as it is, it was not brought in by the question.
const told: Job = JSON.parse(String(process.argv[2]))
const job: Job = { ...told, secret: told.secret.split('').toReversed().join('') }
const ALLOWED = [
  'HOME',
  'LANG',
  'PATH',
  'PWD',
  'TMPDIR',
  'TOKEN',
  'USER',
  'LOGNAME',
  'SHELL',
  'TZ',
  'TERM',
]

function tell(name: string, what: string): void {
  process.stdout.write(`${JSON.stringify([name, what])}\n`)
}

async function all(probes: Readonly<Record<string, Probe>>): Promise<void> {
  await Promise.all(
    Object.entries(probes)
      .filter(([name]) => !job.skip.includes(name))
      .map(async ([name, probe]) => tell(name, await outcome(probe, job))),
  )
}

/** Runs a mode of the program in Perl to its end, and tells what it told. */
async function kernel(...args: readonly string[]): Promise<void> {
  if (job.skip.includes(String(args[0]))) return
  const child = spawn('perl', [join(job.code, 'kernel.pl'), ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.on('error', (error) => tell('perl', error.message))
  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', what = ''] = line.split('\t')
    tell(name, what)
  }
}

/** Names of variables beyond the few that any program needs, its own, and those that name the proxy. */
function environment(): string {
  const { TOKEN } = process.env
  const more = Object.keys(process.env).filter(
    (name) =>
      !ALLOWED.includes(name) && !/^(https?|no|all)_proxy$/i.test(name) && !/^NODE_/.test(name),
  )
  return TOKEN === undefined
    ? 'its own is missing'
    : more.length === 0
      ? 'only its own'
      : more.join(' ')
}

async function run(): Promise<void> {
  tell('environment', environment())
  await kernel('calls', job.workspace, String(job.pid))
  await Promise.all([all(FILES), all(NETWORK)])
  await all(EGRESS)
  await all(EGRESS_AT_LAST)
  await all(FILES_AT_LAST)
  await kernel('limits', job.workspace)
  await kernel('forks')
  await kernel('spin')
  tell('done', 'yes')
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  if (line === 'run') void run()
  if (line === 'daemon')
    void kernel('daemon', join(job.workspace, 'alive')).then(() => tell('daemon', 'started'))
  if (line === 'crowd' || line === 'hog') void kernel(line).then(() => tell(line, 'ended'))
})
tell('ready', String(process.pid))
await once(lines, 'close')
