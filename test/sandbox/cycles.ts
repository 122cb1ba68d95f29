import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { SandboxProfile } from '../../src/kernel/sandbox.ts'
import { closeInheritedDescriptors } from '../../src/sandbox/limits/inherited.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { bareProfile } from '../../src/sandbox/testing/profile.ts'

// Starts small programs in sandboxes, many times over, and tells in one line of JSON what came of it.
closeInheritedDescriptors()
const [what, folder = ''] = process.argv.slice(2)
const sandbox = createSandbox({ watch: { denied: () => {}, used: () => {} } })
const ALLOW = [{ host: 'a.test', ports: [443], proto: 'tls', allowPrivate: false }] as const

async function run(profile: SandboxProfile, ...command: readonly string[]): Promise<string> {
  const { child } = await sandbox.launch({
    ...{ server: 'small', profile, command, env: {}, cwd: undefined },
  })
  child.stdin.end()
  child.stderr.resume()
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  return said
}

/** Descriptors that are open after so many launches. */
async function opened(launches: number): Promise<number> {
  for (let at = 0; at < launches; at += 4)
    await Promise.all(
      ['none', 'none', 'none', 'allowlist'].map((mode) =>
        run(
          bareProfile(mode === 'none' ? {} : { network: { mode: 'allowlist', allow: ALLOW } }),
          '/usr/bin/true',
        ),
      ),
    )
  return readdirSync('/proc/self/fd').length
}

/** Contents that a server saw while its folder was swapped for a link to another, again and again. */
async function swapped(): Promise<readonly string[]> {
  const [workspace, other, away] = ['workspace', 'other', 'away'].map((name) => join(folder, name))
  if (workspace === undefined || other === undefined || away === undefined) return []
  mkdirSync(join(workspace, 'own'), { recursive: true })
  mkdirSync(join(other, 'secret'), { recursive: true })
  const mount = { from: workspace, to: '/workspace', optional: false }
  const plain = bareProfile()
  const profile = { ...plain, fs: { ...plain.fs, ro: [mount] } }
  const seen: string[] = []
  for (let delay = 0; delay < 40; delay += 1) {
    const swap = setTimeout(() => {
      renameSync(workspace, away)
      symlinkSync(other, workspace)
    }, delay)
    seen.push(await run(profile, '/usr/bin/ls', '/workspace').catch((error) => error.data.reason))
    clearTimeout(swap)
    // As it was.
    if (readdirSync(folder).includes('away')) {
      rmSync(workspace)
      renameSync(away, workspace)
    }
  }
  return seen.map((line) => line.trim())
}

const told =
  what === 'swap' ? await swapped() : [await opened(8), await opened(100), await opened(100)]
process.stdout.write(`${JSON.stringify(told)}\n`)
await sandbox.close()
process.exit(0)
