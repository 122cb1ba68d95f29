import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { descendants } from '../faults/processes.ts'
import { type Child, startNode, waitFor } from '../support/child.ts'
import { bailiwick } from '../support/gateway.ts'

const SERVERS = ['inbox', 'outbox', 'files'] as const
const STATE = /^ {2}(\w+) +(up|down) +(.*)$/gm

/** The playground as somebody starts it who has configured nothing: what it says of each server. */
async function playground(hidden?: string): Promise<{
  readonly child: Child
  readonly states: ReadonlyMap<string, string>
}> {
  const home = mkdtempSync(join(tmpdir(), 'bailiwick-playground-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const args = bailiwick('up', '--port', '0', '--no-color', '--data-dir', join(home, 'data'))
  const child = startNode(hidden === undefined ? args : ['-e', behind(hidden, args)], {
    cwd: home,
    env: { HOME: home },
  })
  onTestFinished(child.stop)
  const states = await waitFor(child, () => {
    const found = [...child.output().matchAll(STATE)].map(([, name = '', word, text]) => {
      return [name, `${word} ${text}`] as const
    })
    return SERVERS.every((name) => found.some(([of]) => of === name)) ? new Map(found) : undefined
  })
  return { child, states }
}

/** A program that runs Node on a machine that lacks a file: by bubblewrap, of which only it knows. */
function behind(file: string, args: readonly string[]): string {
  const around = ['--die-with-parent', '--dev-bind', '/', '/', '--ro-bind', '/dev/null', file, '--']
  const all = JSON.stringify([...around, process.execPath, ...args])
  return `const child = require('node:child_process').spawn('bwrap', ${all}, { stdio: 'inherit' })
child.on('exit', (code) => process.exit(code ?? 1))
process.on('SIGTERM', () => child.kill())`
}

test('the playground runs in sandboxes on a machine with bubblewrap', async () => {
  const { child, states } = await playground()
  for (const name of SERVERS) {
    expect(states.get(name)).toMatch(/^up .* sandboxed by bwrap/)
    expect(states.get(name)).not.toContain('NOT')
  }
  // Not only said: no server is root, and each has a network of its own.
  const own = readFileSync('/proc/self/status', 'utf8')
  const namespace = (pid: number | 'self'): string => readlinkSync(`/proc/${pid}/ns/net`)
  const programs = descendants(child.pid).filter((pid) => {
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return /^\S*node\S* .*(server-filesystem|playground)/.test(stdout)
  })
  expect(programs.length).toBeGreaterThanOrEqual(SERVERS.length)
  for (const pid of programs) {
    expect(namespace(pid)).not.toBe(namespace('self'))
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NoNewPrivs:\s+1$/m)
    if (/^Uid:\s+0/m.test(own))
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m)
  }
}, 60_000)

test('on a machine without bubblewrap the playground runs, and says what is missing', async () => {
  const { child, states } = await playground('/usr/bin/bwrap')
  for (const name of SERVERS)
    expect(states.get(name)).toMatch(
      /^up .* NOT sandboxed: bubblewrap is not installed; run `.* install bubblewrap`$/,
    )
  expect(child.output()).not.toContain('sandboxed by')
}, 60_000)
