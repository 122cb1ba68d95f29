import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Keep } from './keeper.ts'
import type { Scene } from './scene.ts'

/** A user that this machine does not know. */
const PLAIN_USER = 65_000

const FAR_DESCRIPTOR = 80

/** A hostile server that runs, and what it and its keeper told so far. */
export interface HostileRun {
  /** The process that keeps it. */
  readonly keeper: ChildProcessWithoutNullStreams
  readonly told: ReadonlyMap<string, string>
  /** What was refused to the server, in words of the keeper, in its order. */
  denied(): readonly string[]
  /** Sends a line to the server. */
  say(line: string): void
  /** Resolves with what was told of a name. @throws when the keeper ends without it, or takes too long. */
  heard(name: string): Promise<string>
  end(): void
}

/** Starts a keeper, as root or as a plain user, with a hostile server in its sandbox. */
export function startHostile(
  scene: Scene,
  keep: Omit<Keep, 'job'>,
  as: 'root' | 'plain user',
  skip: readonly string[] = [],
): HostileRun {
  const { token, secret } = scene
  const job = { ...scene.job, skip }
  const program = join(import.meta.dirname, 'keeper.ts')
  const whole: Keep = { job, ...keep }
  const keeper = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify(whole)],
    {
      // A descriptor that it never asked for, as a shell or a supervisor leaves them open; above those
      // that the chain uses itself, which would cover it.
      stdio: [
        'pipe',
        'pipe',
        'pipe',
        ...Array(FAR_DESCRIPTOR - 3).fill('ignore'),
        openSync(job.home, 'r'),
      ],
      env: { PATH: '/usr/bin:/bin', HOME: job.home, GATEWAY_SECRET: secret, SERVER_TOKEN: token },
      ...(as === 'root' ? {} : { uid: PLAIN_USER, gid: PLAIN_USER }),
    },
  ) as unknown as ChildProcessWithoutNullStreams
  const all: (readonly [string, string])[] = []
  const told = new Map<string, string>()
  const waiting = new Set<() => void>()
  let errors = ''
  let ended = false
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  createInterface({ input: keeper.stdout }).on('line', (line) => {
    const [name, what] = JSON.parse(line) as readonly [string, string]
    all.push([name, what])
    told.set(name, what)
    for (const look of waiting) look()
  })
  keeper.stdin.on('error', () => {})
  keeper.on('close', () => {
    ended = true
    for (const look of waiting) look()
  })
  const heard = (name: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const give = (settle: () => void): void => {
        waiting.delete(look)
        clearTimeout(late)
        settle()
      }
      const fail = (why: string): void =>
        give(() =>
          reject(
            new Error(`${why} before \`${name}\`:\n${JSON.stringify(all.slice(-5))}\n${errors}`),
          ),
        )
      const look = (): void => {
        const what = told.get(name)
        if (what !== undefined) give(() => resolve(what))
        else if (ended) fail('it ended')
      }
      const late = setTimeout(() => fail('it took too long'), 45_000)
      waiting.add(look)
      look()
    })
  return {
    ...{ keeper, told, heard },
    denied: () => all.flatMap(([of, what]) => (of === 'keeper.denied' ? [what] : [])),
    say: (line) => keeper.stdin.write(`${line}\n`),
    end: () => {
      keeper.kill('SIGKILL')
    },
  }
}
